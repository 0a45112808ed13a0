//! A start without a staff card: two names of the roster and a supervisor's one-time code.

use kakari_record::audit::FallbackRefusal;
use kakari_record::seal::{FallbackCode, Keyring, PinWrap, Roster, RosterEntry};
use kakari_session::{CrewCard, CrewMember, FallbackOutcome, PinDigits, StoreTrouble};

use super::card_desk::{Later, Tools};
use super::crew_keys::Ticket;
use super::opening::Trust;

/// Two names.
const TWO: usize = 2;

/// Unwraps the vault keys by the code. That it is used is on the disk before they are held: a code that was cut short
/// in between is lost, never good twice.
pub(super) fn start(
    tools: &Tools,
    trust: &Trust,
    ticket: Ticket,
    code: &PinDigits,
    staff: &[String],
) -> (FallbackOutcome, Option<Later>) {
    match try_start(tools, trust, code, staff) {
        Ok((crew, id, keys)) => {
            let ticket = tools.keys.hold(ticket, keys.clone(), false);
            let later = ticket.zip(crew.first()).map(|(ticket, first)| Later {
                ticket,
                staff_id: first.staff_id.clone(),
                pin: code.clone(),
                keys,
            });
            (FallbackOutcome::Started { crew, code: id }, later)
        }
        Err(outcome) => (outcome, None),
    }
}

fn try_start(
    tools: &Tools,
    trust: &Trust,
    code: &PinDigits,
    staff: &[String],
) -> Result<(Vec<CrewMember>, [u8; 8], Keyring), FallbackOutcome> {
    let refused = FallbackOutcome::Refused;
    let roster = trust.roster.as_deref().filter(|roster| roster.has_codes_for(&tools.tablet));
    let roster = roster.ok_or(refused(FallbackRefusal::NoCodes))?;
    let crew = crew_of(roster, staff).ok_or(refused(FallbackRefusal::NotOnRoster))?;
    let code = FallbackCode::parse(code.expose()).map_err(|_| refused(FallbackRefusal::WrongCode))?;
    let unwrapped = roster.unwrap_fallback(&tools.tablet, &code).map_err(|error| {
        tracing::error!(%error, "a one-time code cannot be tried");
        FallbackOutcome::Store(StoreTrouble::Refused)
    })?;
    let (id, keys) = unwrapped.ok_or(refused(FallbackRefusal::WrongCode))?;
    match tools.store.use_code(id) {
        Ok(true) => Ok((crew, id, keys)),
        Ok(false) => Err(refused(FallbackRefusal::Used)),
        Err(trouble) => Err(FallbackOutcome::Store(trouble)),
    }
}

/// Two different members of the roster.
fn crew_of(roster: &Roster, staff: &[String]) -> Option<Vec<CrewMember>> {
    let entry = |staff_id: &String| roster.staff.iter().find(|entry| entry.staff_id == *staff_id);
    let different = staff.len() == TWO && staff[0] != staff[1];
    staff.iter().map(|staff_id| entry(staff_id).map(member)).collect::<Option<Vec<_>>>().filter(|_| different)
}

/// The card is not here: only its key is known.
fn member(entry: &RosterEntry) -> CrewMember {
    let card = CrewCard { key: entry.key_id(), serial: Vec::new() };
    CrewMember { staff_id: entry.staff_id.clone(), name: entry.name.clone(), card }
}

/// Makes what a PIN, or the code of a shift without cards, opens again; a quarter of a second.
pub(super) fn wrap(tools: &Tools, later: Later) {
    match PinWrap::seal(&later.keys, later.pin.expose()) {
        Ok(wrap) => tools.keys.keep(later.ticket, later.staff_id, wrap),
        Err(error) => tracing::error!(%error, "a PIN alone will not open this tablet again"),
    }
}
