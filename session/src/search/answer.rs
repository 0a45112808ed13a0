//! What a search answered: nobody is named before its row is durable.

use kakari_record::audit::AuditKind;
use kakari_record::seal::RecordId;
use kakari_record::search::{MOST_ENTRIES, MOST_PEOPLE};

use super::Search;
use crate::Effect;
use crate::event::{Attempt, Candidate, FoundPeople, SearchOutcome};
use crate::problem::Problem;
use crate::session::Session;
use crate::state::State;
use crate::store_facts::{SearchTally, StoreTrouble};

/// Where the answer stands. Dropping it wipes whoever it names.
#[derive(Debug, Default)]
pub(crate) enum Answer {
    /// Not enough was said.
    #[default]
    NotAsked,
    /// Asked.
    Waiting(Attempt),
    /// Answered; these rows are not durable yet, so nothing is shown.
    Recording(Vec<Attempt>, Listed),
    /// On the glass.
    Shown(Listed),
}

/// Who fits, or that too many do.
#[derive(Debug)]
pub(crate) enum Listed {
    People { households: Vec<Vec<Candidate>>, unsearchable: u64, similar_left_out: bool },
    TooMany,
}

impl Listed {
    /// Too many are nobody, whatever the search hands over.
    fn of(outcome: SearchOutcome) -> Result<(Self, [u8; 16]), StoreTrouble> {
        match outcome {
            SearchOutcome::Found(found) => {
                let FoundPeople { mut households, terms, unsearchable, similar_left_out } = *found;
                households.retain(|people| !people.is_empty());
                let many =
                    households.len() > MOST_ENTRIES || households.iter().map(Vec::len).sum::<usize>() > MOST_PEOPLE;
                let people = Self::People { households, unsearchable, similar_left_out };
                Ok((if many { Self::TooMany } else { people }, terms))
            }
            SearchOutcome::TooMany { terms } => Ok((Self::TooMany, terms)),
            SearchOutcome::Failed(trouble) => Err(trouble),
        }
    }

    pub(crate) fn households(&self) -> &[Vec<Candidate>] {
        match self {
            Self::People { households, .. } => households,
            Self::TooMany => &[],
        }
    }
}

impl Search {
    /// Whoever can be seen of it: those on the list, or the one who was chosen.
    pub(crate) fn in_sight(&self) -> Vec<RecordId> {
        match (&self.year, &self.answer) {
            (Some(year), _) => vec![year.candidate.record],
            (None, Answer::Shown(listed)) => listed.households().iter().flatten().map(|person| person.record).collect(),
            (None, Answer::NotAsked | Answer::Waiting(_) | Answer::Recording(..)) => Vec::new(),
        }
    }
}

impl Session {
    /// An answer that nobody waits for any more is wiped unseen.
    pub(crate) fn searched(&mut self, attempt: Attempt, outcome: SearchOutcome) -> Vec<Effect> {
        let now = self.now_ms();
        let State::Search(search) = &mut self.state else { return Vec::new() };
        if !matches!(search.answer, Answer::Waiting(pending) if pending == attempt) {
            return Vec::new();
        }
        let (listed, terms) = match Listed::of(outcome) {
            Ok(answer) => answer,
            Err(trouble) => {
                search.fail(Problem::Store(trouble));
                return Vec::new();
            }
        };
        let newly = self.searched.newly(listed.households(), now);
        let named = listed.households().iter().map(Vec::len).sum::<usize>();
        let kind = AuditKind::Searched {
            by: search.asked.as_ref().map(kakari_record::search::Terms::kinds).unwrap_or_default(),
            terms,
            named: u8::try_from(named).unwrap_or(u8::MAX),
            newly,
            too_many: matches!(listed, Listed::TooMany),
        };
        let limit = self.searched.expect(attempt, SearchTally { people: newly.into(), opened: 0 });
        let (rows, effects) = self.counted_rows(attempt, kind, limit);
        if let State::Search(search) = &mut self.state {
            search.answer = Answer::Recording(rows, listed);
        }
        effects
    }

    /// The row of a crossed limit goes before the row that crosses it; both have to be durable.
    pub(super) fn counted_rows(
        &mut self,
        attempt: Attempt,
        kind: AuditKind,
        limit: Option<AuditKind>,
    ) -> (Vec<Attempt>, Vec<Effect>) {
        let Some(limit) = limit else { return (vec![attempt], vec![self.audit_as(attempt, kind)]) };
        let before = self.next_attempt();
        (vec![before, attempt], vec![self.audit_as(before, limit), self.audit_as(attempt, kind)])
    }

    /// The list comes up, or what was chosen goes on, once its rows are there.
    pub(crate) fn search_written(&mut self, attempt: Attempt) -> Vec<Effect> {
        let now = self.now_ms();
        let State::Search(search) = &mut self.state else { return Vec::new() };
        if search.year.is_some() {
            return self.year_written(attempt);
        }
        search.answer = match std::mem::take(&mut search.answer) {
            Answer::Recording(mut rows, listed) => {
                rows.retain(|pending| *pending != attempt);
                if rows.is_empty() {
                    self.searched.name(listed.households(), now);
                    Answer::Shown(listed)
                } else {
                    Answer::Recording(rows, listed)
                }
            }
            other => other,
        };
        Vec::new()
    }

    /// Nobody is named by a search that was not written down.
    pub(crate) fn search_failed(&mut self, attempt: Attempt, trouble: StoreTrouble) {
        let problem = Problem::AuditNotWritten(trouble);
        let State::Search(search) = &mut self.state else { return };
        if search.year.is_some() {
            search.year_failed(attempt, problem);
        } else if matches!(&search.answer, Answer::Recording(rows, _) if rows.contains(&attempt)) {
            search.fail(problem);
        }
    }
}

impl Search {
    /// The same terms can be asked by again.
    fn fail(&mut self, problem: Problem) {
        (self.answer, self.asked, self.problem) = (Answer::NotAsked, None, Some(problem));
    }
}
