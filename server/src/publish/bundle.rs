//! The feed on a USB stick: the same layout in a folder.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use chrono::Utc;
use kakari_sync::enrol::OfflineEnrolment;
use kakari_sync::{HEAD_NAME, Head, Manifest, ObjectRef, Sha256};

use super::{Objects, ObjectsError, PublishError};
use crate::keys::RegionKeys;

/// What a bundle holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bundled {
    /// Objects, the head not among them.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Objects that had to be copied; the others were there from before.
    pub copied: u64,
    /// Bytes of the program's packages among them.
    pub programs: u64,
}

/// Copies the head and every object that it names into `folder`, the head last, each compared with its name and written
/// for good. `progress` is told how many of how many bytes are done. Interrupted, it goes on where it was; objects of an
/// earlier bundle that this one does not need are removed.
///
/// # Errors
///
/// [`PublishError::Nothing`] when there is no head, or an expired one: publish first.
pub async fn write(
    feed: &Objects,
    keys: &RegionKeys,
    folder: &Path,
    enrolment: Option<&OfflineEnrolment>,
    mut progress: impl FnMut(u64, u64),
) -> Result<Bundled, PublishError> {
    let signed = feed.get_head().await?.ok_or(PublishError::Nothing)?;
    let head = signed.verify(&keys.region_key).map_err(|_| PublishError::AnotherRegion)?;
    if head.expires_at <= Utc::now() {
        return Err(PublishError::Nothing);
    }
    let named = named(feed, &head).await?;
    let bytes = named.iter().map(|object| object.size).sum();
    let stick = Objects::folder(folder)?;
    remove_others(folder, &named)
        .map_err(|source| ObjectsError::Folder { folder: folder.display().to_string(), source })?;
    let (mut done, mut copied) = (0, 0);
    for object in &named {
        if stick.get(object.sha256).await.is_err() {
            stick.put(feed.get(object.sha256).await?).await?;
            copied += 1;
        }
        done += object.size;
        progress(done, bytes);
    }
    if let Some(enrolment) = enrolment {
        stick.put_file(OfflineEnrolment::FILE, enrolment.encode()).await?;
    }
    stick.put_head(&signed).await?;
    let programs = head.releases.iter().map(|release| release.package.size).sum();
    Ok(Bundled { objects: named.len() as u64, bytes, copied, programs })
}

/// Every object that the head names, and those that its snapshot's manifest names.
async fn named(feed: &Objects, head: &Head) -> Result<Vec<ObjectRef>, PublishError> {
    let mut named = vec![head.roster.object];
    named.extend(head.orders);
    named.extend(head.dictionaries.iter().map(|dictionary| dictionary.object));
    named.extend(head.deltas.iter().map(|delta| delta.object));
    named.extend(head.digests.map(|digests| digests.object));
    named.extend(head.releases.iter().flat_map(|release| [release.statement, release.package]));
    if let Some(snapshot) = head.snapshot {
        let manifest = feed.get(snapshot.manifest.sha256).await?;
        let manifest = Manifest::decode(&manifest).map_err(|_| ObjectsError::Damaged(snapshot.manifest.sha256))?;
        named.push(snapshot.manifest);
        named.extend(manifest.parts.iter().map(|part| part.object));
    }
    Ok(named)
}

/// Takes away the head, which would name what is about to change, and what an earlier bundle left.
fn remove_others(folder: &Path, named: &[ObjectRef]) -> std::io::Result<()> {
    let named: BTreeSet<Sha256> = named.iter().map(|object| object.sha256).collect();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let left = Sha256::from_name(name).is_ok_and(|sha256| !named.contains(&sha256));
        if left || name == HEAD_NAME || name == OfflineEnrolment::FILE {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
