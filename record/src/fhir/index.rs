//! Where the resources of a document are: by address, by id, by number. Made once, so that no reference is searched for.

use std::cell::RefCell;
use std::collections::HashMap;

use serde_json::Value;

use super::bundle::Resource;
use super::node::Node;

/// How many resources answer to a name.
#[derive(Clone, Copy)]
enum Answer {
    One(usize),
    Several,
}

/// The result of a look-up.
pub(super) enum Hit<'a> {
    /// Exactly one.
    One(Resource<'a>),
    /// More than one.
    Several,
    /// None.
    Nothing,
}

/// The resources of a document by all their names.
pub(super) struct Index<'a> {
    resources: Vec<Resource<'a>>,
    urls: HashMap<String, usize>,
    ids: HashMap<(&'a str, String), Answer>,
    bare_ids: HashMap<String, Answer>,
    numbers: HashMap<(&'a str, &'a str), Vec<usize>>,
    organisations: HashMap<&'a str, usize>,
    contained: HashMap<(*const Value, &'a str), Resource<'a>>,
    /// The server that all absolute references to resources without an address must share.
    server: RefCell<Option<String>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(resources: &[Resource<'a>]) -> Self {
        let mut index = Self {
            resources: resources.to_vec(),
            urls: HashMap::new(),
            ids: HashMap::new(),
            bare_ids: HashMap::new(),
            numbers: HashMap::new(),
            organisations: HashMap::new(),
            contained: HashMap::new(),
            server: RefCell::new(None),
        };
        for (place, resource) in resources.iter().enumerate() {
            index.add(place, resource);
        }
        index
    }

    fn add(&mut self, place: usize, resource: &Resource<'a>) {
        let (kind, node) = (resource.kind, &resource.node);
        let own = node.text_if("id");
        if let Some(url) = resource.full_url {
            self.urls.insert(folded(url), place);
        }
        let tail = resource.full_url.and_then(|url| url.rsplit_once('/'));
        let tail = tail.filter(|(before, _)| before.ends_with(kind)).map(|(_, id)| id).filter(|id| Some(*id) != own);
        for id in own.into_iter().chain(tail) {
            once_more(self.ids.entry((kind, id.to_owned())), place);
        }
        if let Some(id) = own {
            once_more(self.bare_ids.entry(id.to_lowercase()), place);
        }
        for identifier in node.list_if("identifier") {
            if let Some(value) = identifier.text_if("value") {
                let system = identifier.text_if("system").unwrap_or_default();
                self.numbers.entry((system, value)).or_default().push(place);
                if kind == "Organization" {
                    self.organisations.entry(value).or_insert(place);
                }
            }
        }
        for inner in node.list_if("contained") {
            if let (Some(kind), Some(id)) = (inner.text_if("resourceType"), inner.text_if("id")) {
                let found = Resource { kind, node: inner, holder: node.clone(), full_url: resource.full_url };
                self.contained.insert((node.place(), id), found);
            }
        }
    }

    /// The resource contained in `holder` with this id.
    pub(super) fn contained(&self, holder: &Node<'a>, id: &str) -> Option<Resource<'a>> {
        self.contained.get(&(holder.place(), id)).cloned()
    }

    /// The resource with exactly this `fullUrl`.
    pub(super) fn by_url(&self, url: &str) -> Option<Resource<'a>> {
        self.urls.get(&folded(url)).and_then(|place| self.resources.get(*place)).cloned()
    }

    /// The resource of this kind with this id.
    pub(super) fn by_id(&self, kind: &'a str, id: &str) -> Hit<'a> {
        self.hit(self.ids.get(&(kind, id.to_owned())))
    }

    /// The resource with this id, of whatever kind: for `urn:uuid:` and `urn:oid:`.
    pub(super) fn by_bare_id(&self, id: &str) -> Hit<'a> {
        self.hit(self.bare_ids.get(&id.to_lowercase()))
    }

    /// The resource with this number; without a kind, of whatever kind.
    pub(super) fn by_number(&self, kind: Option<&str>, system: &str, value: &str) -> Hit<'a> {
        let places = self.numbers.get(&(system, value)).map(Vec::as_slice).unwrap_or_default();
        let all = places.iter().filter_map(|place| self.resources.get(*place));
        let mut found = all.filter(|resource| kind.is_none_or(|kind| resource.kind == kind));
        match (found.next(), found.next()) {
            (Some(one), None) => Hit::One(one.clone()),
            (Some(_), Some(_)) => Hit::Several,
            (None, _) => Hit::Nothing,
        }
    }

    /// The first organisation with this number in whatever system.
    pub(super) fn organisation(&self, number: &str) -> Option<&Resource<'a>> {
        self.organisations.get(number).and_then(|place| self.resources.get(*place))
    }

    /// True when `server` is the one that absolute references have named so far: the ids of two servers may be the
    /// same and mean two people.
    pub(super) fn is_our_server(&self, server: &str) -> bool {
        self.server.borrow_mut().get_or_insert_with(|| server.to_owned()) == server
    }

    fn hit(&self, answer: Option<&Answer>) -> Hit<'a> {
        match answer {
            Some(Answer::One(place)) => self.resources.get(*place).cloned().map_or(Hit::Nothing, Hit::One),
            Some(Answer::Several) => Hit::Several,
            None => Hit::Nothing,
        }
    }
}

fn once_more<K>(entry: std::collections::hash_map::Entry<'_, K, Answer>, place: usize) {
    entry.and_modify(|answer| *answer = Answer::Several).or_insert(Answer::One(place));
}

/// `urn:uuid:` and `urn:oid:` do not tell upper case from lower case.
fn folded(url: &str) -> String {
    if url.starts_with("urn:") { url.to_lowercase() } else { url.to_owned() }
}
