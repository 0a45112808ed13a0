//! The search without a card: what is typed, who fits, and the birth year typed again.
//!
//! It is live: each touch that changes what is said searches again, once enough is said. Nobody is named before the row
//! of that search is durable. Leaving the search wipes what was typed and who was named.

mod answer;
mod choose;
mod fields;
mod limits;
mod typed;
mod view;
mod words;
mod year;

pub(crate) use self::limits::Searched;

use kakari_record::model::Sex;
use kakari_record::search::Terms;

use self::answer::Answer;
use self::typed::{Impossible, Typed};
use self::year::Year;
use crate::Effect;
use crate::problem::Problem;
use crate::session::Session;
use crate::state::State;
use crate::touch::{Field, Touch};

/// The search, in whichever step it is.
#[derive(Debug, Default)]
pub(crate) struct Search {
    typed: Typed,
    field: Field,
    /// A field that is whole and cannot be.
    impossible: Option<Impossible>,
    /// What the answer was asked by.
    asked: Option<Terms>,
    answer: Answer,
    /// Somebody was chosen: the list is gone, and this is on the glass.
    year: Option<Box<Year>>,
    pub(crate) problem: Option<Problem>,
}

impl Session {
    pub(crate) fn search_touched(&mut self, touch: Touch) -> Vec<Effect> {
        match touch {
            Touch::NoCard => self.without_card(),
            Touch::BreakGlass(reason) => self.begin_break_glass(reason),
            Touch::ExtendBreakGlass => self.extend_break_glass(),
            Touch::EndBreakGlass => self.stop_searching(),
            Touch::Cancel => self.leave_step(),
            _ => {
                let State::Search(search) = &mut self.state else { return Vec::new() };
                match touch {
                    _ if search.year.is_some() => self.year_touched(touch),
                    Touch::Choose(place) => self.choose(place),
                    _ if search.type_in(touch) => self.search_again(),
                    _ => Vec::new(),
                }
            }
        }
    }

    /// やめる, where nobody is being looked at.
    fn stop_searching(&mut self) -> Vec<Effect> {
        match self.state {
            State::Search(_) | State::Standby(_) | State::Reason(_) => {
                self.state = State::Standby(None);
                self.end_break_glass(kakari_record::audit::BreakGlassEnd::ByCrew)
            }
            _ => Vec::new(),
        }
    }

    /// Back from the reasons to standby, from the birth year to the list, which is searched for anew.
    fn leave_step(&mut self) -> Vec<Effect> {
        match &mut self.state {
            State::Reason(_) => self.stop_searching(),
            State::Search(search) if search.year.is_some() => {
                search.year = None;
                search.asked = None;
                self.search_again()
            }
            _ => Vec::new(),
        }
    }

    /// Asks if something else is said now, and enough of it. Whoever was named for less or for other terms goes first.
    fn search_again(&mut self) -> Vec<Effect> {
        let attempt = self.next_attempt();
        let (may, stopped) = (self.is_break_glass(), self.searched.is_stopped());
        let State::Search(search) = &mut self.state else { return Vec::new() };
        search.problem = None;
        let terms = search.typed.terms();
        search.impossible = terms.as_ref().err().copied();
        let said = terms.ok().filter(Terms::is_enough);
        if said == search.asked {
            return Vec::new();
        }
        search.answer = Answer::NotAsked;
        search.asked = said;
        match search.asked.clone() {
            Some(_) if stopped => self.break_off_search(Problem::SearchStopped),
            Some(terms) if may => {
                search.answer = Answer::Waiting(attempt);
                vec![Effect::Search(attempt, terms)]
            }
            _ => Vec::new(),
        }
    }
}

impl Search {
    /// A fresh one, after something went wrong.
    pub(crate) fn after(problem: Option<Problem>) -> Self {
        Self { problem, ..Self::default() }
    }

    /// Whether the touch was one that types.
    fn type_in(&mut self, touch: Touch) -> bool {
        match touch {
            Touch::SearchField(field) => {
                self.typed.turn_to(field);
                self.field = field;
            }
            Touch::Digit(digit) => self.typed.push_digit(self.field, digit),
            Touch::Kana(kana) => self.typed.push_kana(self.field, kana),
            Touch::EraseDigit | Touch::EraseKana => self.typed.erase(self.field),
            Touch::SearchSex(sex) => self.typed.sex = sex.filter(|sex| *sex != Sex::Unknown),
            Touch::ClearSearch => {
                *self = Self { field: self.typed.name_field(), ..Self::default() };
                // A name in kana goes on in kana.
                self.typed.turn_to(self.field);
            }
            _ => return false,
        }
        true
    }
}
