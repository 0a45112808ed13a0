//! Audit rows out, receipts back. Nothing is sent until the server said so.

use kakari_store::AuditRun;
use serde_bytes::ByteBuf;

use super::outcome::{Step, StepProgress};
use super::round::{Client, Round};
use super::{Link, Problem, Refusal};
use crate::{AuditBatch, Receipt, Signed};

/// What the server answered to a batch.
enum Answered {
    /// It has the rows.
    Received,
    /// It has other rows at these places.
    Conflict,
    /// It lacks rows before these: it was restored from an older copy.
    Lacks(u64),
}

impl Client {
    pub(super) async fn receipts_lane(&mut self, round: &mut Round<'_>) {
        let Some(link) = self.link.clone() else { return };
        if let Err(problem) = self.send_rows(round, &link).await {
            round.outcome.fail(Step::Receipts, problem);
        }
    }

    async fn send_rows(&mut self, round: &mut Round<'_>, link: &Link) -> Result<(), Problem> {
        let state = self.store.receipt_state()?;
        let waiting = state.rows.saturating_sub(state.receipted);
        // A region of a new generation was restored from an older copy: the last row asks whether it lacks any.
        let restored =
            self.store.cursor()?.zip(round.outcome.head).is_some_and(|(at, head)| at.generation < head.generation);
        let mut lacking = (restored && waiting == 0 && state.rows > 0).then_some(state.rows);
        let mut went_back = false;
        while let Some(run) = self.next_run(lacking)? {
            let batch = batch_of(&self.identity.enrolment.tablet, run);
            let answered = self.send(link, &batch).await?;
            // Back once at most, so that no answer can keep this going.
            let goes_back = !went_back && matches!(answered, Answered::Lacks(first) if first < batch.first);
            went_back |= goes_back;
            lacking = match answered {
                Answered::Lacks(first) if goes_back => Some(first),
                _ => lacking.map(|_| batch.last() + 1),
            };
            match answered {
                Answered::Lacks(_) if goes_back => continue,
                Answered::Received if self.store.mark_receipted(batch.last(), &batch.head)? => {
                    round.outcome.receipted += batch.events.len() as u64;
                }
                Answered::Received | Answered::Conflict | Answered::Lacks(_) => {
                    self.store.note_conflict()?;
                    round.outcome.conflict = true;
                    return Ok(());
                }
            }
            (round.tell)(StepProgress { step: Step::Receipts, done: round.outcome.receipted, of: waiting });
        }
        Ok(())
    }

    /// The rows that the region lacks, else those that have no receipt.
    fn next_run(&self, lacking: Option<u64>) -> Result<Option<AuditRun>, Problem> {
        let lost = lacking.map(|first| self.store.audit_from(first, AuditBatch::MAX_ROWS)).transpose()?.flatten();
        Ok(match lost {
            Some(run) => Some(run),
            None => self.store.unreceipted(AuditBatch::MAX_ROWS)?,
        })
    }

    async fn send(&self, link: &Link, batch: &AuditBatch) -> Result<Answered, Problem> {
        let url = format!("{}/v1/audit", self.identity.enrolment.api_url);
        let answer = link.post(&url, "application/cbor", batch.encode()).await?;
        match answer.status {
            200 => self.verify_receipt(&answer.body, batch).map(|()| Answered::Received),
            409 => Ok(refused(&answer.body)),
            _ => Err(answer.error().into()),
        }
    }

    /// The receipt must be the region's, for this tablet, and for exactly these rows.
    fn verify_receipt(&self, bytes: &[u8], batch: &AuditBatch) -> Result<(), Problem> {
        let own = &self.identity.enrolment;
        let receipt = Signed::<Receipt>::decode(bytes).and_then(|signed| signed.verify(&own.region_key));
        let receipt = receipt.map_err(|_| Refusal::WrongReceipt)?;
        let ours = receipt.feed == own.feed
            && receipt.tablet == own.tablet
            && receipt.last == batch.last()
            && receipt.head == batch.head;
        if ours { Ok(()) } else { Err(Refusal::WrongReceipt.into()) }
    }
}

/// `{"expected":N}` is a gap; anything else is other rows in these places.
fn refused(body: &[u8]) -> Answered {
    let answer: Option<serde_json::Value> = serde_json::from_slice(body).ok();
    match answer.and_then(|answer| answer["expected"].as_u64()) {
        Some(first) if first >= 1 => Answered::Lacks(first),
        _ => Answered::Conflict,
    }
}

fn batch_of(tablet: &str, run: AuditRun) -> AuditBatch {
    AuditBatch {
        tablet: tablet.to_owned(),
        first: run.first,
        previous: run.previous,
        events: run.events.into_iter().map(ByteBuf::from).collect(),
        head: run.head,
    }
}
