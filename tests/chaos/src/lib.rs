//! A real region and a real tablet, and everything between and around them fails.
//!
//! A schedule is a seed. It has PostgreSQL, a publisher and a server as processes, a tablet of two processes (one syncs, one
//! looks up records and writes audit rows on the same store), and between them a line that cuts, delays, throttles,
//! swallows, replays and overtakes. Processes are killed with SIGKILL at any moment and come back. Meanwhile residents
//! change. Then nothing fails any more, and everything has to agree: rows, digests, audit rows, receipts; and whatever was
//! looked up meanwhile must have been published once, and never have gone back.
//!
//! `CHAOS_N` schedules (500), from `CHAOS_SEED` on (1), `CHAOS_JOBS` at a time (8), in `CHAOS_DIR`; `CHAOS_KEEP=1` keeps
//! their files and what their processes said.

mod changes;
mod check;
mod child;
mod dice;
mod place;
mod plan;
mod proxy;
mod region;
mod schedule;
mod tablet;
mod tally;
mod template;

use std::env;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use kakari_cluster::Cluster;
use sqlx::Connection;
use tokio::sync::Mutex;

use place::Place;
use plan::Plan;
use tally::Tally;
use template::Template;

/// Whatever ends a process or a schedule.
pub(crate) type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Says a line to whoever started this process.
pub(crate) fn say(line: &str) {
    let mut out = io::stdout().lock();
    // Nobody listens any more: this process is about to be killed, or should be.
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Runs the schedules, or one role of one.
pub fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["role", role, place, rest @ ..] => play(role, Place(PathBuf::from(place)), rest),
        [.., "--list"] => Ok(()),
        _ => runtime().and_then(|runtime| runtime.block_on(schedules())),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            let _ = writeln!(io::stderr(), "{fault}");
            ExitCode::FAILURE
        }
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Fault> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}

fn play(role: &str, place: Place, rest: &[&str]) -> Result<(), Fault> {
    tracing_subscriber::fmt().with_writer(io::stderr).with_ansi(false).init();
    // Whoever started this process is gone: so is its reason.
    thread::spawn(|| {
        let _ = io::copy(&mut io::stdin(), &mut io::sink());
        std::process::exit(0);
    });
    match (role, rest) {
        ("server", []) => runtime()?.block_on(region::server(&place)),
        ("publisher", [short]) => runtime()?.block_on(region::publisher(&place, *short == "1")),
        ("sync", [patience]) => runtime()?.block_on(tablet::sync(&place, Duration::from_millis(patience.parse()?))),
        ("tap", [seed]) => tablet::tap(&place, seed.parse()?),
        _ => Err("no such role".into()),
    }
}

fn number(name: &str, otherwise: u64) -> Result<u64, Fault> {
    match env::var(name) {
        Ok(text) => text.parse().map_err(|_| format!("{name} is no number").into()),
        Err(_) => Ok(otherwise),
    }
}

async fn schedules() -> Result<(), Fault> {
    let (count, first, jobs) = (number("CHAOS_N", 500)?, number("CHAOS_SEED", 1)?, number("CHAOS_JOBS", 8)?);
    // A killed process loses nothing that it wrote, on whatever disk: so the quickest one.
    let shm = PathBuf::from("/dev/shm");
    let dir = env::var_os("CHAOS_DIR").map_or(if shm.is_dir() { shm } else { env::temp_dir() }, PathBuf::from);
    let mut dir = tempfile::Builder::new().prefix("kakari-chaos-").tempdir_in(dir)?;
    dir.disable_cleanup(env::var_os("CHAOS_KEEP").is_some());
    let begun = Instant::now();
    let template = Template::make(Place(dir.path().join("template")), Cluster::shared().database()).await?;
    let work = Arc::new(Work {
        template,
        dir: dir.path().to_owned(),
        next: AtomicU64::new(first),
        end: first + count,
        sum: Mutex::default(),
        failed: Mutex::default(),
    });
    let tasks: Vec<_> = (0..jobs.clamp(1, 64)).map(|_| tokio::spawn(Arc::clone(&work).work())).collect();
    for task in tasks {
        task.await??;
    }
    let (sum, failed) = (work.sum.lock().await, work.failed.lock().await);
    say(&format!(
        "{count} schedules from seed {first} in {} s: {} failed; {sum}",
        begun.elapsed().as_secs(),
        failed.len()
    ));
    let missing = sum.missing();
    if count >= 50 && !missing.is_empty() {
        return Err(format!("never happened, so nothing is proved: {}", missing.join(", ")).into());
    }
    let passed = count - u64::try_from(failed.len())?;
    say(&format!(
        "test result: {}. {passed} passed; {} failed",
        if failed.is_empty() { "ok" } else { "FAILED" },
        failed.len()
    ));
    if failed.is_empty() { Ok(()) } else { Err(format!("failed seeds: {:?}", *failed).into()) }
}

/// What the workers share.
struct Work {
    template: Template,
    dir: PathBuf,
    next: AtomicU64,
    end: u64,
    sum: Mutex<Tally>,
    failed: Mutex<Vec<u64>>,
}

impl Work {
    async fn work(self: Arc<Self>) -> Result<(), Fault> {
        loop {
            let seed = self.next.fetch_add(1, Ordering::Relaxed);
            if seed >= self.end {
                return Ok(());
            }
            match self.one(seed).await {
                Ok(tally) => self.sum.lock().await.merge(&tally),
                Err(fault) => {
                    say(&format!("seed {seed} FAILED: {fault}"));
                    say(&format!("again: CHAOS_SEED={seed} CHAOS_N=1 cargo test -p kakari-chaos"));
                    self.failed.lock().await.push(seed);
                }
            }
        }
    }

    async fn one(&self, seed: u64) -> Result<Tally, Fault> {
        let name = format!("chaos_{seed}");
        let (server, address) = self.addresses(&name)?;
        let mut conn = sqlx::PgConnection::connect(&server).await?;
        let template = self.template.database_name()?;
        run_sql(&mut conn, format!("CREATE DATABASE {name} TEMPLATE {template}")).await?;
        let folder = self.dir.join(&name);
        let done = schedule::run(&self.template, &Plan::of(seed), &folder, &address).await;
        run_sql(&mut conn, format!("DROP DATABASE {name} WITH (FORCE)")).await?;
        if env::var_os("CHAOS_KEEP").is_none() {
            std::fs::remove_dir_all(&folder)?;
        }
        done
    }

    /// Where databases are made, and the address of the one called `name`.
    fn addresses(&self, name: &str) -> Result<(String, String), Fault> {
        let whole = &self.template.database;
        let template = self.template.database_name()?;
        let put = |other: &str| whole.replacen(&format!("/{template}?"), &format!("/{other}?"), 1);
        Ok((put("postgres"), put(name)))
    }
}

async fn run_sql(conn: &mut sqlx::PgConnection, sql: String) -> Result<(), Fault> {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(conn).await?;
    Ok(())
}

impl Template {
    fn database_name(&self) -> Result<&str, Fault> {
        let (before, _) = self.database.split_once('?').ok_or("an address without a question mark")?;
        Ok(before.rsplit('/').next().ok_or("an address without a slash")?)
    }
}
