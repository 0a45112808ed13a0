//! The feed's objects in a folder or an S3-compatible store.

use std::fmt;
use std::fs;
use std::path::Path as FilePath;
use std::sync::Arc;

use kakari_sync::{HEAD_NAME, Head, ObjectRef, Sha256, Signed};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

const S3: &str = "s3://";

/// Where the feed's objects lie, all in one flat place. Cheap to clone.
#[derive(Clone)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    /// Empty for a folder.
    prefix: Path,
}

/// Why an object cannot be written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ObjectsError {
    /// `feed` names no place.
    #[error("feed '{0}' is no folder and no s3://bucket/prefix")]
    Place(String),
    /// The folder cannot be made.
    #[error("the feed's folder {folder} cannot be used: {source}")]
    Folder {
        /// Which.
        folder: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The store failed.
    #[error("the feed's store failed: {0}")]
    Store(#[from] object_store::Error),
    /// The bytes are not the object's.
    #[error("object {0} in the feed's store is damaged: remove it, the publisher writes it anew when it starts")]
    Damaged(Sha256),
    /// What lies at `head` is no head.
    #[error("'head' in the feed's store is no signed head: remove it, the publisher writes it anew")]
    Head,
}

impl Objects {
    /// A folder, which is made when it is not there, or `s3://bucket/prefix` with what the environment says (`AWS_*`).
    /// What a folder has taken stays there through a power cut.
    pub fn open(feed: &str) -> Result<Self, ObjectsError> {
        match feed.strip_prefix(S3) {
            Some(place) => Self::bucket(place).ok_or_else(|| ObjectsError::Place(feed.to_owned()))?,
            None if feed.contains("://") || feed.is_empty() => Err(ObjectsError::Place(feed.to_owned())),
            None => Self::folder(FilePath::new(feed)),
        }
    }

    /// A folder, which is made when it is not there.
    pub fn folder(folder: &FilePath) -> Result<Self, ObjectsError> {
        fs::create_dir_all(folder)
            .map_err(|source| ObjectsError::Folder { folder: folder.display().to_string(), source })?;
        let store = LocalFileSystem::new_with_prefix(folder)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), prefix: Path::default() })
    }

    /// `None` when no bucket is named.
    fn bucket(place: &str) -> Option<Result<Self, ObjectsError>> {
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        if bucket.is_empty() {
            return None;
        }
        // The store's client speaks TLS with the process's provider; whoever installed one before keeps it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let store = AmazonS3Builder::from_env().with_bucket_name(bucket).build();
        Some(store.map(|store| Self { store: Arc::new(store), prefix: Path::from(prefix) }).map_err(Into::into))
    }

    /// Writes an object, whole or not at all. One that is there already stays as it is in content.
    pub async fn put(&self, bytes: Vec<u8>) -> Result<ObjectRef, ObjectsError> {
        let object = ObjectRef::of(&bytes);
        self.store.put(&self.path(&object.sha256.name()), PutPayload::from(bytes)).await?;
        Ok(object)
    }

    /// The object's bytes, compared with its name.
    pub async fn get(&self, sha256: Sha256) -> Result<Vec<u8>, ObjectsError> {
        let bytes = self.store.get(&self.path(&sha256.name())).await?.bytes().await?;
        if Sha256::of(&bytes) == sha256 { Ok(bytes.to_vec()) } else { Err(ObjectsError::Damaged(sha256)) }
    }

    /// Whether an object of that name and length is there.
    pub async fn has(&self, object: &ObjectRef) -> Result<bool, ObjectsError> {
        match self.store.head(&self.path(&object.sha256.name())).await {
            Ok(about) => Ok(about.size == object.size),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Removes an object; one that is not there is no error.
    pub async fn remove(&self, sha256: Sha256) -> Result<(), ObjectsError> {
        match self.store.delete(&self.path(&sha256.name())).await {
            Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Writes the head over the one before: whoever reads gets the one or the other.
    pub async fn put_head(&self, head: &Signed<Head>) -> Result<(), ObjectsError> {
        self.put_file(HEAD_NAME, head.encode()).await
    }

    /// Writes a file that is no object: one that has a name of its own.
    pub(super) async fn put_file(&self, name: &str, bytes: Vec<u8>) -> Result<(), ObjectsError> {
        self.store.put(&self.path(name), PutPayload::from(bytes)).await?;
        Ok(())
    }

    /// The head that lies there, not believed yet.
    pub async fn get_head(&self) -> Result<Option<Signed<Head>>, ObjectsError> {
        match self.store.get(&self.path(HEAD_NAME)).await {
            Ok(found) => Signed::decode(&found.bytes().await?).map(Some).map_err(|_| ObjectsError::Head),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The store, and where in it, for whoever hands the objects on.
    pub(crate) fn place(&self) -> (Arc<dyn ObjectStore>, Path) {
        (Arc::clone(&self.store), self.prefix.clone())
    }

    fn path(&self, name: &str) -> Path {
        self.prefix.clone().join(name)
    }
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Objects({})", self.store)
    }
}
