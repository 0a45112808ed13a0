//! The first snapshot: fetched, verified, counted, as often as the line breaks off.

use kakari_store::Store;
use kakari_sync::client::schedule::Schedule;
use kakari_sync::client::{Client, Conditions, Origin, Outcome, Problem, Step};
use tokio::time::sleep;

use super::order::Order;
use super::refused::{NotEnrolled, NotFilled};
use super::step::{Ready, Teller, Verified};
use super::work::Work;

/// Rounds that are tried for the first snapshot before a person is asked.
const TRIES: u32 = 4;

impl Work {
    /// Fetches until everything that the head names is here and counted.
    pub(super) async fn fill(
        &self,
        mut client: Client,
        order: &Order,
        teller: &mut dyn Teller,
    ) -> Result<Ready, NotEnrolled> {
        let conditions = Conditions { metered: self.is_metered(&order.origin), bulk_allowed: order.bulk_allowed };
        let mut schedule = Schedule::every(30);
        for attempt in 1..=TRIES {
            let outcome = client.round(&order.origin, conditions, &mut |step| teller.progress(&step)).await;
            tell_standing(client.store(), &outcome, teller);
            if let Some(ready) = ready(client.store(), &outcome) {
                return Ok(ready);
            }
            let link = outcome.failures.iter().all(|failure| matches!(failure.problem, Problem::Link(_)));
            // What a folder lacks it lacks the next second too.
            let from_folder = order.origin != Origin::Network;
            if !link || outcome.failures.is_empty() || from_folder || attempt == TRIES {
                return Err(NotEnrolled::NotFilled(NotFilled::of(&outcome)));
            }
            teller.again(&outcome);
            sleep(schedule.after(false)).await;
        }
        unreachable!("the last try answers")
    }
}

/// What of the feed is here whole, also when the rest is not.
fn tell_standing(store: &Store, outcome: &Outcome, teller: &mut dyn Teller) {
    if let Ok(Some(Ok(roster))) = store.roster() {
        teller.verified(Verified::Roster(roster.staff.len() as u64));
    }
    if let (true, Ok(Some(_)), Ok(facts), Some(of)) =
        (outcome.up_to_date, store.cursor(), store.facts(), outcome.head_records)
    {
        teller.verified(Verified::Records { here: facts.records, of });
    }
}

/// Only when everything is here and verified: the records of the head, counted, and a roster that is believed.
fn ready(store: &Store, outcome: &Outcome) -> Option<Ready> {
    let roster = store.roster().ok()??.ok()?;
    // Receipts, a renewal and the report can wait; nothing else can.
    let later = |step| matches!(step, Step::Receipts | Step::Renewal | Step::Report);
    let whole = outcome.failures.iter().all(|failure| later(failure.step)) && outcome.refusal().is_none();
    let standing = store.cursor().ok()?.is_some() && outcome.up_to_date && whole;
    let records = store.facts().ok()?.records;
    standing.then_some(Ready { records, staff: roster.staff.len() as u64 })
}
