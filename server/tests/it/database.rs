//! Connecting, and what is refused.

use kakari_cluster::Cluster;
use kakari_region::config::RegionConfig;
use kakari_region::db::{self, DbError};
use tempfile::TempDir;

use crate::region::config;

#[tokio::test]
async fn several_programs_that_start_at_once_make_the_tables_once() {
    let url = Cluster::shared().database();
    let started = (0..4).map(|_| {
        tokio::spawn({
            let url = url.clone();
            async move { db::connect_to(&url).await.map(|_| ()) }
        })
    });
    for program in started.collect::<Vec<_>>() {
        program.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused_politely() {
    let url = Cluster::shared().database();
    let pool = db::connect_to(&url).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'later', true, '', 0)",
    )
    .execute(&pool)
    .await
    .unwrap();
    let error = db::connect_to(&url).await.unwrap_err();
    assert!(matches!(error, DbError::Newer(9999)), "{error}");
    assert!(error.to_string().contains("newer kakari-region"), "{error}");
}

#[tokio::test]
async fn an_address_where_nobody_answers_is_said() {
    let error = db::connect_to("postgres://kakari@localhost/none?host=%2Fnowhere").await.unwrap_err();
    assert!(matches!(error, DbError::Unreachable(_)), "{error}");
    assert!(matches!(db::connect_to("mysql").await, Err(DbError::Address)));
}

#[test]
fn a_configuration_is_read_as_it_was_written_with_its_comments() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("region.toml");
    let mut written = config(&dir, "postgres://kakari@localhost/a\"b".to_owned());
    written.server_key = "server.key".into();
    written.feed = "s3://bucket/北町".to_owned();
    std::fs::write(&path, written.with_comments()).unwrap();
    let read = RegionConfig::load(&path).unwrap();
    assert_eq!(read.server_key, dir.path().join("server.key"));
    assert_eq!(RegionConfig { server_key: "server.key".into(), ..read }, written);
}

#[test]
fn a_configuration_that_is_not_understood_is_told_with_its_place() {
    let dir = TempDir::new().unwrap();
    let path = dir.path().join("region.toml");
    let good = config(&dir, "postgres://kakari@localhost/a".to_owned());
    for (wrong, told) in [
        (good.with_comments().replace("listen =", "lissten ="), "lissten"),
        (good.with_comments().replace("https://localhost:8444", "http://localhost:8444"), "enrol_url must begin"),
        (good.with_comments().replace("\"localhost\", \"127.0.0.1\"", ""), "tls_names is empty"),
    ] {
        std::fs::write(&path, wrong).unwrap();
        let error = RegionConfig::load(&path).unwrap_err().to_string();
        assert!(error.contains(told) && error.contains("region.toml"), "{error}");
    }
    assert!(RegionConfig::load(&dir.path().join("none")).unwrap_err().to_string().contains("--config"));
}
