//! Statements about the same thing, gathered under the one that leads.

use super::index::Index;
use super::item::{Differs, Item};
use crate::model::{AlsoStated, Origin};

/// So many lines of one name are compared with a further one, and named beside each other. No real document has more;
/// beyond it lines stay apart, and nothing is lost.
const CROWD: usize = 20;

/// One item of one document.
pub(super) struct Statement<T> {
    /// The document, 0 for the newest.
    pub(super) rank: usize,
    /// Its place in the document's block.
    pub(super) place: usize,
    pub(super) item: T,
}

/// Everything that is said of one thing.
pub(super) struct Group<T> {
    /// The document of the leading statement.
    pub(super) rank: usize,
    place: usize,
    /// What is shown: the leading statement with its gaps filled.
    pub(super) shown: T,
    /// The leading statement in its own words.
    own: T,
}

/// The statements gathered, in the order of their documents.
///
/// The newest statement about a thing leads. A line never joins another line of its own document: two lines of a product
/// in one document stay two. An older line joins the newer one that says the same, else the first about the same thing.
pub(super) fn gathered<T: Item>(mut statements: Vec<Statement<T>>) -> (Vec<Group<T>>, Vec<usize>) {
    statements.sort_by(|a, b| {
        let newer = b.item.when().cmp(&a.item.when());
        newer.then((a.rank, a.place).cmp(&(b.rank, b.place)))
    });
    let (mut groups, mut index): (Vec<Group<T>>, Index) = Default::default();
    for statement in statements {
        let at = group_for(&groups, &index, &statement).unwrap_or(groups.len());
        index.add(at, &statement.item);
        match groups.get_mut(at) {
            Some(group) => group.join(&statement.item),
            None => groups.push(Group::led_by(statement)),
        }
    }
    for group in &mut groups {
        group.settle();
    }
    name_each_other(&mut groups, &index);
    hide_alike(&mut groups, &index);
    let surplus = take_surplus(&mut groups);
    groups.sort_by_key(|group| (group.rank, group.place));
    (groups, surplus)
}

fn group_for<T: Item>(groups: &[Group<T>], index: &Index, statement: &Statement<T>) -> Option<usize> {
    let item = &statement.item;
    let fits = |at: &usize| groups[*at].shown.same_thing(item) && groups[*at].shown.replaces(item);
    // Of a series (laboratory values) there may be many, and two results are compared by their days first.
    let most = if T::KEPT == usize::MAX { CROWD } else { usize::MAX };
    let others: Vec<usize> =
        index.alike(item).into_iter().filter(|at| groups[*at].rank != statement.rank).take(most).collect();
    let crowded = others.len() == CROWD;
    let mut first = None;
    for at in others.into_iter().filter(fits) {
        if crowded || item.differs_from(&groups[at].shown).is_empty() {
            return Some(at);
        }
        first = first.or(Some(at));
    }
    first
}

/// Takes out what is too old of a series, and gives the documents it stood in. What stands in the same document as the
/// newest of its series stays.
fn take_surplus<T: Item>(groups: &mut Vec<Group<T>>) -> Vec<usize> {
    if T::KEPT == usize::MAX {
        return Vec::new();
    }
    let mut kept: Vec<Group<T>> = Vec::new();
    let mut surplus = Vec::new();
    for group in groups.drain(..) {
        let mut newer = kept.iter().filter(|one| one.shown.same_series(&group.shown));
        let newest_is_elsewhere = newer.clone().next().is_some_and(|newest| newest.rank != group.rank);
        if newest_is_elsewhere && newer.nth(T::KEPT.saturating_sub(1)).is_some() {
            surplus.push(group.rank);
        } else {
            kept.push(group);
        }
    }
    *groups = kept;
    surplus
}

/// Two that stay side by side although they are the same thing each say of the other what it says otherwise. Of a crowd
/// each names the newest.
fn name_each_other<T: Item>(groups: &mut [Group<T>], index: &Index) {
    let mut named = vec![0; groups.len()];
    for newer in 0..groups.len() {
        for older in index.alike(&groups[newer].shown).into_iter().filter(|older| *older > newer) {
            let (a, b) = (&groups[newer], &groups[older]);
            let crowded = named[newer] >= CROWD || named[older] >= CROWD;
            if !crowded && a.rank != b.rank && a.shown.same_thing(&b.shown) && !a.shown.replaces(&b.shown) {
                let (a, b) = (a.own.clone(), b.own.clone());
                groups[newer].add(b.origin(), b.differs_from(&a));
                groups[older].add(a.origin(), a.differs_from(&b));
                named[newer] += 1;
                named[older] += 1;
            }
        }
    }
}

/// What is not told to the patient on one line must not be told on another line about the same thing, whatever document
/// or line it stands in.
fn hide_alike<T: Item>(groups: &mut [Group<T>], index: &Index) {
    let hidden = |group: &Group<T>| group.shown.origin().untold;
    let mut open: Vec<usize> = (0..groups.len()).filter(|at| hidden(&groups[*at])).collect();
    while let Some(at) = open.pop() {
        for other in index.alike(&groups[at].shown) {
            if !hidden(&groups[other]) && groups[at].shown.same_thing(&groups[other].shown) {
                groups[other].shown.origin_mut().untold = true;
                open.push(other);
            }
        }
    }
}

impl<T: Item> Group<T> {
    fn led_by(statement: Statement<T>) -> Self {
        let Statement { rank, place, item } = statement;
        Self { rank, place, own: item.clone(), shown: item }
    }

    /// Takes an older statement under this one.
    fn join(&mut self, older: &T) {
        let differs = older.differs_from(&self.shown);
        self.shown.take_gaps(older);
        self.add(older.origin(), differs);
        for other in &older.origin().also {
            self.also(other.clone());
        }
    }

    /// Where an older statement changed what is shown, the leading one is named with what itself says.
    fn settle(&mut self) {
        let differs = self.own.differs_from(&self.shown);
        if !differs.is_empty() {
            let origin = self.own.origin().clone();
            self.add(&origin, differs);
        }
    }

    /// Another statement about this thing. Whoever marks it as not told to the patient marks the item.
    pub(super) fn add(&mut self, from: &Origin, differs: Differs) {
        self.shown.origin_mut().untold |= from.untold;
        let differs = differs.into_words();
        let (facility, author, recorded) = (from.facility.clone(), from.author.clone(), from.recorded);
        self.also(AlsoStated { facility, author, recorded, differs });
    }

    /// Newest first, nobody twice with the same words, and not the shown statement itself.
    fn also(&mut self, other: AlsoStated) {
        let origin = self.shown.origin_mut();
        let own = other.facility == origin.facility && other.recorded == origin.recorded;
        if (own && other.differs.is_none()) || origin.also.contains(&other) {
            return;
        }
        origin.also.push(other);
        origin.also.sort_by_key(|also| std::cmp::Reverse(also.recorded));
    }
}
