//! Who fits: by the directory in memory, or by the token of a phone, a number or a house.

use std::time::Instant;

use kakari_record::seal::{Token, VaultKey};
use kakari_record::search::{Fit, Grouped, Hits, MOST_PEOPLE, Terms, group};
use kakari_session::{Candidate, FoundPeople, SearchOutcome, StoreTrouble};
use kakari_store::DirectoryRow;

use super::super::journal::Step;
use super::super::troubles::store_trouble;
use super::directory::{Directory, open_entry};

/// More people of one phone or house are not looked at, whatever else is said of them.
const MOST_OF_A_TOKEN: usize = 500;

/// Somebody who may fit, before households are made.
struct Person {
    fit: Fit,
    candidate: Candidate,
    tokens: Vec<Token>,
}

/// Who was found, or that there were too many; how many could not be seen; and whether similar names are left out.
#[derive(Default)]
struct Seen {
    people: Option<Vec<Person>>,
    unsearchable: u64,
    similar_left_out: bool,
}

pub(super) fn search(directory: &mut Directory, terms: &Terms) -> (Result<SearchOutcome, StoreTrouble>, Vec<Step>) {
    let mut steps = Vec::new();
    (try_search(directory, terms, &mut steps), steps)
}

fn try_search(directory: &mut Directory, terms: &Terms, steps: &mut Vec<Step>) -> Result<SearchOutcome, StoreTrouble> {
    let hash = directory.keys.with(|keys| keys.iter().next().map(|key| terms.keyed_hash(key)));
    let hash = hash.ok_or(StoreTrouble::Refused)?;
    let by_token = terms.phone.is_some() || terms.number.is_some() || terms.address.is_some();
    let seen = if by_token { by_tokens(directory, terms, steps)? } else { by_index(directory, terms, steps)? };
    let Some(people) = seen.people else { return Ok(SearchOutcome::TooMany { terms: hash }) };
    Ok(match households(people) {
        Some((households, similar_left_out)) => SearchOutcome::Found(Box::new(FoundPeople {
            households,
            terms: hash,
            unsearchable: seen.unsearchable,
            similar_left_out: similar_left_out || seen.similar_left_out,
        })),
        None => SearchOutcome::TooMany { terms: hash },
    })
}

fn by_index(directory: &mut Directory, terms: &Terms, steps: &mut Vec<Step>) -> Result<Seen, StoreTrouble> {
    let began = Instant::now();
    let closed = directory.open_for(terms)?;
    steps.push(Step::new("directory", began.elapsed()));
    let (began, today) = (Instant::now(), directory.today());
    let Some(index) = directory.index() else { return Err(StoreTrouble::Refused) };
    let unsearchable = index.unsearchable(terms, today) + closed;
    let hits = index.search(terms, today);
    steps.push(Step::new("match", began.elapsed()));
    let (hits, similar_left_out) = match hits {
        Hits::Few(hits) => (hits, false),
        Hits::Best(hits) => (hits, true),
        Hits::Many => return Ok(Seen::default()),
    };
    let places: Vec<i64> = hits.iter().map(|hit| hit.place).collect();
    let people = read(directory, &places, steps)?;
    // A place that another resident has come to since is nobody's.
    let fit = |person: &Person| hits.iter().find(|hit| hit.record == person.candidate.record).map(|hit| hit.fit);
    let people = people.into_iter().filter_map(|person| fit(&person).map(|fit| Person { fit, ..person })).collect();
    Ok(Seen { people: Some(people), unsearchable, similar_left_out })
}

/// What has a token is found by it under every key in use; whatever else was said has to fit too.
fn by_tokens(directory: &mut Directory, terms: &Terms, steps: &mut Vec<Step>) -> Result<Seen, StoreTrouble> {
    let began = Instant::now();
    let of = |make: &dyn Fn(&VaultKey) -> Token| -> Vec<Token> {
        directory.keys.with(|keys| keys.iter().map(make).collect())
    };
    let number = terms.number.as_ref().map(|number| of(&|key| Token::of_card(key, number)));
    let phone = terms.phone.as_ref().map(|phone| of(&|key| Token::of_phone(key, phone)));
    let address = terms.address.as_ref().map(|address| directory.written(address));
    let house = address.as_ref().map(|address| of(&|key| Token::of_house(key, address)));
    let reader = directory.reader()?;
    let mut found = Vec::new();
    if let Some(tokens) = number {
        found.push(reader.places_by_card(&tokens).map_err(|error| store_trouble(&error))?);
    }
    for tokens in [phone, house].into_iter().flatten() {
        let places = reader.places_by_token(&tokens, MOST_OF_A_TOKEN).map_err(|error| store_trouble(&error))?;
        if places.len() > MOST_OF_A_TOKEN {
            return Ok(Seen::default());
        }
        found.push(places);
    }
    let (first, rest) = found.split_first().ok_or(StoreTrouble::Refused)?;
    let places: Vec<i64> =
        first.iter().filter(|place| rest.iter().all(|other| other.contains(place))).copied().collect();
    steps.push(Step::new("look-up", began.elapsed()));
    let (today, mut people) = (directory.today(), read(directory, &places, steps)?);
    let closed = places.len() - people.len();
    people.retain(|person| terms.matches(&person.candidate.entry, today));
    let few = people.len() <= MOST_PEOPLE;
    let unsearchable = u64::try_from(closed).unwrap_or(u64::MAX);
    Ok(Seen { people: few.then_some(people), unsearchable, similar_left_out: false })
}

/// Reads and opens the entries at these places. One that does not open is not shown; it is counted in the log.
fn read(directory: &mut Directory, places: &[i64], steps: &mut Vec<Step>) -> Result<Vec<Person>, StoreTrouble> {
    let began = Instant::now();
    let keys = directory.directory_keys()?;
    let rows = directory.reader()?.entries(places).map_err(|error| store_trouble(&error))?;
    let count = rows.len();
    let person = |row: DirectoryRow| {
        let entry = open_entry(&keys, row.record, &row.entry)?;
        Some(Person { fit: Fit::Whole, candidate: Candidate { record: row.record, entry }, tokens: row.tokens })
    };
    let people: Vec<Person> = rows.into_iter().filter_map(person).collect();
    if people.len() < count {
        tracing::warn!(entries = count - people.len(), "entries of the directory do not open with this crew's keys");
    }
    steps.push(Step::new("entries", began.elapsed()));
    Ok(people)
}

/// With whether similar names are left out.
fn households(people: Vec<Person>) -> Option<(Vec<Vec<Candidate>>, bool)> {
    let (told, mut people): (Vec<_>, Vec<_>) =
        people.into_iter().map(|person| ((person.fit, person.tokens), Some(person.candidate))).unzip();
    let Grouped { households, similar_left_out } = group(&told)?;
    let mut take = |place: usize| people.get_mut(place).and_then(Option::take);
    let households = households.into_iter().map(|places| places.into_iter().filter_map(&mut take).collect()).collect();
    Some((households, similar_left_out))
}
