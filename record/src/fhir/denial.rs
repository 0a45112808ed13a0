//! What a document says is *not* so: refuted, or written by mistake. Beside another document that states the item it
//! counts; alone it says nothing.

use super::absence::absent;
use super::bundle::{Document, Resource};
use super::{Denial, DenialKind, FhirError};
use crate::model::{Coded, Subject};

/// The keys of a resource that say who stated it, and when.
pub(super) type Source<'k> = (&'k [&'k str], &'k [&'k str]);

impl<'a> Document<'a> {
    /// Keeps that `resource` takes back `name`. Nothing of a resource that is void anyway refuses the document: where its
    /// name or its source cannot be read there is no denial.
    pub(super) fn denied(
        &self,
        resource: &Resource<'a>,
        kind: DenialKind,
        subject: Subject,
        name: Result<Option<Coded>, FhirError>,
        (who, when): Source<'_>,
    ) {
        // That a "no known …" is withdrawn denies no item.
        let Some(name) = name.ok().flatten().filter(|name| absent(name, "allergies").is_none()) else { return };
        if let Ok(origin) = self.origin(resource, who, when) {
            self.deny(Denial { subject, name, kind, origin });
        }
    }
}
