//! The resources of a Bundle or of NDJSON lines, in their order.

use std::collections::HashMap;

use super::bundle::Resource;
use super::lines::Content;
use super::node::Node;
use super::whole::{check_bare, check_meaning, check_note, check_resource, check_tags, check_total};
use super::{FhirError, Reason, Remark};

/// Some patients of twenty years in one hospital have 20,000.
const MOST_RESOURCES: usize = 50_000;

/// The resources, with remarks on entries that are none.
#[derive(Default)]
pub(super) struct Entries<'a> {
    pub(super) resources: Vec<Resource<'a>>,
    pub(super) remarks: Vec<Remark>,
    /// The Bundle itself, where there is one.
    pub(super) bundle: Option<Node<'a>>,
    urls: HashMap<&'a str, Node<'a>>,
    ids: HashMap<(&'a str, &'a str), Node<'a>>,
}

impl<'a> Entries<'a> {
    pub(super) fn read(content: &'a Content) -> Result<Self, FhirError> {
        let mut entries = Self::default();
        match content {
            Content::One(value) => entries.take_bundle(Node::root(value))?,
            Content::Lines(lines) => {
                for (number, value) in lines {
                    entries.take_line(Node::at(value, format!("line[{number}]")))?;
                }
            }
        }
        if entries.resources.is_empty() {
            return Err(FhirError::at("entry", "no resources"));
        }
        Ok(entries)
    }

    fn take_bundle(&mut self, bundle: Node<'a>) -> Result<(), FhirError> {
        check_bundle(&bundle)?;
        for entry in bundle.list("entry")? {
            check_meaning(&entry)?;
            let Some(node) = entry.object("resource")? else {
                check_bare(&entry)?;
                continue;
            };
            if is_server_note(&entry, &node)? {
                check_note(&node)?;
                self.remark(&node, Reason::ServerNote);
            } else if !is_deleted(&entry)? {
                self.take(node, entry.text("fullUrl")?, &entry)?;
            }
        }
        self.bundle = Some(bundle);
        Ok(())
    }

    fn take_line(&mut self, node: Node<'a>) -> Result<(), FhirError> {
        match node.text("resourceType")? {
            Some("Bundle") => {
                Err(FhirError::at(node.path(), "a Bundle among other lines; give every Bundle as a file of its own"))
            }
            Some("OperationOutcome") => {
                check_note(&node)?;
                self.remark(&node, Reason::ServerNote);
                Ok(())
            }
            _ => {
                let entry = node.clone();
                self.take(node, None, &entry)
            }
        }
    }

    fn take(&mut self, node: Node<'a>, full_url: Option<&'a str>, entry: &Node<'a>) -> Result<(), FhirError> {
        let kind = node.text("resourceType")?.ok_or_else(|| node.wrong("resourceType", "missing"))?;
        check_resource(&node, kind)?;
        if let Some(earlier) = full_url.and_then(|url| self.urls.insert(url, node.clone())) {
            if !earlier.same_content(&node) {
                return Err(entry.wrong("fullUrl", "an earlier entry has the same"));
            }
            self.remark(&node, Reason::Twice);
            return Ok(());
        }
        // Files of an export that overlap bring the same resource again.
        if let (None, Some(id)) = (full_url, node.text_if("id"))
            && let Some(earlier) = self.ids.insert((kind, id), node.clone())
            && earlier.same_content(&node)
        {
            self.remark(&node, Reason::Twice);
            return Ok(());
        }
        if self.resources.len() == MOST_RESOURCES {
            return Err(FhirError::at(node.path(), "more than 50,000 resources in one document"));
        }
        self.resources.push(Resource { kind, holder: node.clone(), node, full_url });
        Ok(())
    }

    fn remark(&mut self, node: &Node<'_>, reason: Reason) {
        self.remarks.push(Remark { path: node.path().to_owned(), reason });
    }
}

fn check_bundle(bundle: &Node<'_>) -> Result<(), FhirError> {
    if bundle.text("resourceType")? != Some("Bundle") {
        return Err(bundle.wrong("resourceType", "expected a Bundle, or one resource in each line"));
    }
    check_meaning(bundle)?;
    check_tags(bundle)?;
    check_whole(bundle)?;
    match bundle.text("type")? {
        Some("document" | "collection" | "transaction" | "batch") => Ok(()),
        Some("searchset") => check_total(bundle),
        Some("history") => Err(bundle.wrong("type", "a history tells old versions, not what holds now")),
        Some("batch-response" | "transaction-response") => {
            Err(bundle.wrong("type", "an answer to a request, not a document"))
        }
        _ => Err(bundle.wrong("type", "expected document, collection, transaction, batch or searchset")),
    }
}

/// One page of several would look like the whole record.
fn check_whole(bundle: &Node<'_>) -> Result<(), FhirError> {
    for link in bundle.list("link")? {
        if link.text("relation")? == Some("next") {
            return Err(FhirError::at(link.path(), "only a part of the answer (there is a next page); give the whole"));
        }
    }
    Ok(())
}

fn is_server_note(entry: &Node<'_>, node: &Node<'_>) -> Result<bool, FhirError> {
    let mode = entry.object("search")?.map_or(Ok(None), |search| search.text("mode"))?;
    Ok(mode == Some("outcome") || node.text("resourceType")? == Some("OperationOutcome"))
}

/// A transaction that deletes a resource does not state it.
fn is_deleted(entry: &Node<'_>) -> Result<bool, FhirError> {
    let request = entry.object("request")?;
    Ok(request.map_or(Ok(None), |request| request.text("method"))? == Some("DELETE"))
}
