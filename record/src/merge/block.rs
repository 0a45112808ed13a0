//! One block of all documents: items before "none", "none" before nothing.

use super::documents::Documents;
use super::engine::{Statement, gathered};
use super::item::Item;
use super::remark::MergeReason;
use crate::model::{Absence, AlsoStated, Block, Disputed, PartialDate, Subject, Summary, Unavailability, Unlisted};

/// A "none" and the document it stands in.
pub(super) type SaidNone = (usize, Absence);

/// What the documents say of one block.
struct Said<T> {
    statements: Vec<Statement<T>>,
    nones: Vec<SaidNone>,
    veils: Vec<(usize, Unavailability)>,
}

impl Documents {
    /// The block of all documents, its items merged. What cannot be in it is disputed or remarked on.
    pub(super) fn block<T: Item>(&mut self, subject: Subject, pick: fn(&mut Summary) -> &mut Block<T>) -> Block<T> {
        self.block_against(subject, pick, &[])
    }

    /// As [`Self::block`], where something outside of the block, of these dates, speaks against "none" as well.
    pub(super) fn block_against<T: Item>(
        &mut self,
        subject: Subject,
        pick: fn(&mut Summary) -> &mut Block<T>,
        against: &[Option<PartialDate>],
    ) -> Block<T> {
        let Said { mut statements, nones, veils } = self.said(subject, pick);
        for rank in self.take_back(subject, &mut statements) {
            self.remark(rank, Some(subject), MergeReason::TakenBack);
        }
        let (mut groups, surplus) = gathered(statements);
        for rank in surplus {
            self.remark(rank, Some(subject), MergeReason::OlderResult);
        }
        self.add_denials(subject, &mut groups);
        let items: Vec<T> = groups.into_iter().map(|group| group.shown).collect();
        let known: Vec<Option<PartialDate>> = items.iter().map(Item::when).chain(against.iter().copied()).collect();
        let why = veils.first().map(|(_, why)| *why);
        match (items.is_empty(), why) {
            (false, _) => {
                self.unlisted.extend(veils.iter().map(|(_, why)| Unlisted { subject, why: *why }));
                self.remark_all(veils, subject, MergeReason::WithheldBesideItems);
            }
            (true, Some(why)) => {
                self.remark_all(nones, subject, MergeReason::NoneAgainstWithheld);
                return Block::Unavailable(why);
            }
            (true, None) if known.is_empty() => return newest(nones).map_or(Block::NotRecorded, Block::NoneConfirmed),
            (true, None) => {}
        }
        let standing = newest(self.standing(subject, nones, &known));
        self.disputed.extend(standing.map(|absence| Disputed { subject, category: None, absence }));
        Block::from_items(items)
    }

    /// Takes the block out of every document.
    fn said<T: Item>(&mut self, subject: Subject, pick: fn(&mut Summary) -> &mut Block<T>) -> Said<T> {
        let mut said = Said { statements: Vec::new(), nones: Vec::new(), veils: Vec::new() };
        for (rank, document) in self.all.iter_mut().enumerate() {
            match std::mem::take(pick(&mut document.summary)) {
                Block::Known(items) => {
                    let items = items.into_iter().enumerate();
                    said.statements.extend(items.map(|(place, item)| Statement { rank, place, item }));
                }
                Block::NoneConfirmed(absence) => said.nones.push((rank, absence)),
                Block::Unavailable(why) => said.veils.push((rank, why)),
                Block::NotRecorded => {}
            }
            let rest = document.summary.unlisted.iter().filter(|rest| rest.subject == subject);
            said.veils.extend(rest.map(|rest| (rank, rest.why)));
            let before = &document.summary.disputed;
            let ours = before.iter().filter(|one| one.subject == subject && one.category.is_none());
            said.nones.extend(ours.map(|dispute| (rank, dispute.absence.clone())));
        }
        said
    }

    /// The "none"s that are not older than everything known, with a remark on those that are.
    pub(super) fn standing(
        &mut self,
        subject: Subject,
        nones: Vec<SaidNone>,
        known: &[Option<PartialDate>],
    ) -> Vec<SaidNone> {
        let older = |none: &SaidNone| {
            let before = |item: PartialDate| none.1.origin.recorded.is_some_and(|day| day.is_surely_before(item));
            known.iter().all(|item| item.is_some_and(before))
        };
        let (older, standing) = nones.into_iter().partition(older);
        self.remark_all(older, subject, MergeReason::OlderNone);
        standing
    }

    pub(super) fn remark_all<T>(&mut self, said: Vec<(usize, T)>, subject: Subject, reason: MergeReason) {
        for (rank, _) in said {
            self.remark(rank, Some(subject), reason);
        }
    }
}

/// The newest of several "none"s, naming the others.
pub(super) fn newest(mut nones: Vec<SaidNone>) -> Option<Absence> {
    nones.sort_by_key(|(rank, absence)| (std::cmp::Reverse(absence.origin.recorded), *rank));
    let mut all = nones.into_iter().map(|(_, absence)| absence.origin);
    let mut origin = all.next()?;
    for older in all {
        let same = older.facility == origin.facility && older.recorded == origin.recorded;
        let one =
            AlsoStated { facility: older.facility, author: older.author, recorded: older.recorded, differs: None };
        for other in (!same).then_some(one).into_iter().chain(older.also) {
            if !origin.also.contains(&other) {
                origin.also.push(other);
            }
        }
    }
    Some(Absence { origin })
}
