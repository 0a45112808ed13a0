//! A document opened: its resources, whose document it is, and when it was written.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::entries::Entries;
use super::index::Index;
use super::lines::Content;
use super::node::{Node, day_in_japan};
use super::{Denial, FhirError, Reason, Remark, whose, written};
use crate::model::{PartialDate, Subject, Unavailability, Unlisted};

/// One resource of the document, or one contained in it.
#[derive(Clone)]
pub(super) struct Resource<'a> {
    pub(super) kind: &'a str,
    pub(super) node: Node<'a>,
    /// The entry's resource: where `#id` is looked up.
    pub(super) holder: Node<'a>,
    /// Its own, or for a contained one its holder's.
    pub(super) full_url: Option<&'a str>,
}

impl Resource<'_> {
    /// True for one that lives inside another.
    pub(super) fn is_contained(&self) -> bool {
        !self.node.is(&self.holder)
    }
}

/// An opened document. Remarks are collected as its parts are read.
pub(super) struct Document<'a> {
    pub(super) resources: Vec<Resource<'a>>,
    pub(super) composition: Option<Resource<'a>>,
    pub(super) patient: Resource<'a>,
    /// When it was written.
    pub(super) as_of: DateTime<Utc>,
    pub(super) index: Index<'a>,
    /// What sections about advance directives list.
    pub(super) directives: HashSet<*const Value>,
    /// The places of roles in `resources` by the person that has them.
    pub(super) roles: HashMap<*const Value, Vec<usize>>,
    /// The patient has not been told what the whole document says.
    pub(super) untold: bool,
    denials: RefCell<Vec<Denial>>,
    unlisted: RefCell<BTreeSet<Unlisted>>,
    remarks: RefCell<Vec<Remark>>,
}

impl<'a> Document<'a> {
    pub(super) fn open(content: &'a Content) -> Result<Self, FhirError> {
        let Entries { resources, mut remarks, bundle, .. } = Entries::read(content)?;
        let index = Index::new(&resources);
        let composition = resources.iter().find(|resource| resource.kind == "Composition").cloned();
        let patient = whose::patient(&resources, &index, composition.as_ref(), &mut remarks)?;
        let written = written::when(bundle.as_ref(), composition.as_ref(), &resources)?;
        let mut untold = false;
        for whole in bundle.iter().chain(composition.as_ref().map(|composition| &composition.node)) {
            untold |= super::origin::untold(whole)?;
        }
        if written.guessed {
            let path = bundle.map_or_else(|| patient.node.path().to_owned(), |bundle| bundle.path_of("timestamp"));
            remarks.push(Remark { path, reason: Reason::DateGuessed });
        }
        Ok(Self {
            resources,
            composition,
            patient,
            as_of: written.time,
            untold,
            index,
            directives: HashSet::new(),
            roles: HashMap::new(),
            denials: RefCell::default(),
            unlisted: RefCell::default(),
            remarks: RefCell::new(remarks),
        })
    }

    /// The resources of one kind, in the document's order.
    pub(super) fn all(&self, kind: &str) -> impl Iterator<Item = &Resource<'a>> {
        self.resources.iter().filter(move |resource| resource.kind == kind)
    }

    /// The day it was written, in Japan.
    pub(super) fn day(&self) -> PartialDate {
        day_in_japan(self.as_of)
    }

    pub(super) fn remark(&self, path: &str, reason: Reason) {
        self.remarks.borrow_mut().push(Remark { path: path.to_owned(), reason });
    }

    pub(super) fn deny(&self, denial: Denial) {
        self.denials.borrow_mut().push(denial);
    }

    /// Notes that a block with items is not all that was recorded.
    pub(super) fn unlist(&self, subject: Subject, why: Unavailability) {
        self.unlisted.borrow_mut().insert(Unlisted { subject, why });
    }

    /// What was noted with [`Self::unlist`].
    pub(super) fn unlisted(&self) -> Vec<Unlisted> {
        self.unlisted.borrow().iter().copied().collect()
    }

    /// Denials, and every remark once.
    pub(super) fn into_notes(self) -> (Vec<Denial>, Vec<Remark>) {
        let mut seen = HashSet::new();
        let mut remarks = self.remarks.into_inner();
        remarks.retain(|remark| seen.insert(remark.clone()));
        (self.denials.into_inner(), remarks)
    }
}
