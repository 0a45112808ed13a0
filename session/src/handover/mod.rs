//! The hand-over: what goes, in which way, to whom. Everything of it ends with its case.

mod done;
mod rows;
mod view;

use std::fmt;

use chrono::NaiveDate;
use kakari_record::audit::{Access, HandoverWay};
use kakari_record::handover::{Chosen, Selection, codes};
use kakari_record::model::Summary;
use zeroize::Zeroizing;

use self::done::Done;
use crate::event::{Attempt, Moment, OpenRecord, SaveTrouble};
use crate::session::Session;
use crate::state::{Case, Page, State};
use crate::touch::Touch;
use crate::{Effect, SaveAs};

/// Codes stay on the glass no longer than this, by the clock that never jumps.
const CODES_MS: u64 = 15 * 60 * 1000;

/// What was chosen for the hand-over of one case, and what became of it.
pub(crate) struct Handover {
    selection: Selection,
    /// The first touch of 未告知 came, and no other touch since.
    untold_asked: bool,
    codes: Codes,
    saving: Saving,
    /// How it was last begun.
    way: HandoverWay,
    /// Rows of a receiver that are not durable yet, each with what is said once they are.
    telling: Vec<(Attempt, Done)>,
    /// What was done, the newest first.
    done: Vec<Done>,
    /// What became of the last file.
    saved: Option<Result<String, SaveTrouble>>,
}

/// The codes. Wiped when they go.
enum Codes {
    None,
    /// Nobody sees them before their row is durable.
    Recording(Attempt, Zeroizing<Vec<String>>),
    Shown {
        parts: Zeroizing<Vec<String>>,
        at: usize,
        since_ms: u64,
    },
}

/// A file for the hospital.
enum Saving {
    None,
    /// Nothing is written before its row is durable.
    Recording(Attempt, SaveAs, Box<Chosen>),
    Writing(Attempt, SaveAs),
}

impl Default for Handover {
    fn default() -> Self {
        Self {
            selection: Selection::everything_told(),
            untold_asked: false,
            codes: Codes::None,
            saving: Saving::None,
            way: HandoverWay::Spoken,
            telling: Vec::new(),
            done: Vec::new(),
            saved: None,
        }
    }
}

impl fmt::Debug for Handover {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handover([redacted])")
    }
}

impl Handover {
    /// What goes of the record, with how it was come by.
    fn chosen(&self, record: &OpenRecord, access: Access) -> Chosen {
        Chosen::of(&record.summary, &self.selection).come_by(record.provenance(access))
    }

    /// What goes is another now, or how it was come by: codes of what it was go.
    pub(crate) fn changed(&mut self) {
        self.codes = Codes::None;
    }

    /// Asks first, and ticks at the second touch in a row; unticks at once.
    fn tick_untold(&mut self, summary: &Summary) {
        if self.selection.untold {
            self.selection.untold = false;
            self.changed();
        } else if self.untold_asked {
            (self.selection.untold, self.untold_asked) = (true, false);
            self.changed();
        } else {
            self.untold_asked = summary.untold_items() > 0;
        }
    }

    fn next_code(&mut self) {
        if let Codes::Shown { parts, at, .. } = &mut self.codes {
            *at = (*at + 1) % parts.len();
        }
    }

    /// What waited for this row is dropped.
    pub(crate) fn audit_failed(&mut self, attempt: Attempt) {
        if matches!(self.codes, Codes::Recording(pending, _) if pending == attempt) {
            self.codes = Codes::None;
        }
        if matches!(self.saving, Saving::Recording(pending, ..) if pending == attempt) {
            self.saving = Saving::None;
        }
        self.telling.retain(|(pending, _)| *pending != attempt);
    }
}

impl Session {
    /// Whatever else is touched takes back what only two touches in a row do, and the question after a case.
    pub(crate) fn before_touch(&mut self, touch: Touch) {
        self.destination_asked &= matches!(touch, Touch::DestinationChanged(_));
        if let State::Case(case) = &mut self.state {
            case.handover.untold_asked &= touch == Touch::TickUntold;
        }
    }

    pub(crate) fn handover_touched(&mut self, touch: Touch) -> Vec<Effect> {
        if let Touch::DestinationChanged(changed) = touch {
            return self.tell_destination(changed);
        }
        let receiver = match touch {
            Touch::HandedTo(place) => self.receivers.get(place).cloned(),
            _ => None,
        };
        let State::Case(case) = &mut self.state else { return Vec::new() };
        let Case { handover, page, record, .. } = &mut **case;
        match touch {
            Touch::OpenHandover => {
                *page = Page::Handover;
                handover.changed();
            }
            _ if *page != Page::Handover => {}
            Touch::CloseHandover => {
                *page = Page::Summary;
                handover.changed();
            }
            Touch::TickSection(subject) => {
                let sections = &mut handover.selection.sections;
                if !sections.remove(&subject) {
                    sections.insert(subject);
                }
                handover.changed();
            }
            Touch::TickUntold => handover.tick_untold(&record.summary),
            Touch::HideCodes => handover.changed(),
            Touch::NextCode => handover.next_code(),
            Touch::ShowCodes => return self.record_codes(),
            Touch::SaveDocument => return self.record_save(SaveAs::Document),
            Touch::SavePaper => return self.record_save(SaveAs::Paper),
            Touch::HandedTo(_) => return self.record_receiver(receiver),
            _ => {}
        }
        Vec::new()
    }

    /// Codes end by time, and when their page is left.
    pub(crate) fn mind_codes(&mut self, now: Moment) {
        let State::Case(case) = &mut self.state else { return };
        let over = match &case.handover.codes {
            Codes::Shown { since_ms, .. } => now.monotonic_ms.saturating_sub(*since_ms) >= CODES_MS,
            _ => false,
        };
        if over || case.page != Page::Handover {
            case.handover.changed();
        }
    }
}

/// The codes of what goes.
fn parts(chosen: &Chosen, today: NaiveDate) -> Zeroizing<Vec<String>> {
    let text = Zeroizing::new(chosen.text(today));
    Zeroizing::new(codes(&text))
}
