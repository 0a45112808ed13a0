//! The clock that ages are told by. It never runs backwards, so that nothing old ever looks newer than it did.
//!
//! The tablet's own clock may be set to anything at any time: by hand, by a network, by an empty battery. Two things are
//! known all the same. No true clock stands before the newest time that the region has signed or sent. And the clock
//! that never jumps says how much time has gone since, also while the tablet slept. Ages are told by the latest of the
//! three. When the tablet's own clock stands behind that, an age is the least that it can be: 「以上」.
//!
//! A clock that was too far ahead and is put right leaves ages too old until the program starts again, never too young.

use chrono::{DateTime, TimeDelta, Utc};
use kakari_record::language::Language;

use crate::event::Moment;

/// Two clocks that are this close agree: the region's and the tablet's, or one before and after it was set.
const AGREES: TimeDelta = TimeDelta::seconds(60);
/// Steps are written down at most this often.
const BETWEEN_ROWS_MS: u64 = 60_000;

/// What time it is at the least.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AgeClock {
    /// The latest that was ever believed, and the tablet's own clock of the same moment.
    reached: Option<(Moment, DateTime<Utc>)>,
    not_before: Option<DateTime<Utc>>,
    /// Seconds stepped and not yet written down.
    stepped: Option<i64>,
    written_ms: Option<u64>,
}

impl AgeClock {
    /// Time goes on.
    pub(crate) fn tick(&mut self, now: Moment) {
        if let Some((before, own)) = self.reached {
            let by = (now.utc - own) - gone(before, now);
            if by.abs() > AGREES {
                self.stepped = Some(self.stepped.unwrap_or(0).saturating_add(by.num_seconds()));
            }
        }
        let carried = self.reached.and_then(|(before, _)| before.utc.checked_add_signed(gone(before, now)));
        let utc = [carried, self.not_before].into_iter().flatten().fold(now.utc, DateTime::max);
        self.reached = Some((Moment { utc, ..now }, now.utc));
    }

    /// No true clock stands before this.
    pub(crate) fn not_before(&mut self, at: Option<DateTime<Utc>>) {
        self.not_before = self.not_before.max(at);
        if let (Some((reached, _)), Some(at)) = (&mut self.reached, self.not_before) {
            reached.utc = reached.utc.max(at);
        }
    }

    /// Now, or later than now, never earlier than it was; none before the first tick.
    pub(crate) fn now(&self) -> Option<DateTime<Utc>> {
        self.reached.map(|(reached, _)| reached.utc)
    }

    /// Whether the tablet's own clock stands behind, so that an age is at least what is told.
    pub(crate) fn is_doubtful(&self) -> bool {
        self.reached.is_some_and(|(reached, own)| own + AGREES < reached.utc)
    }

    /// The step that is to be written down now, in seconds: one row a minute at most, several steps in one.
    pub(crate) fn take_step(&mut self) -> Option<i64> {
        let now = self.reached?.0.monotonic_ms;
        let early = self.written_ms.is_some_and(|written| now.saturating_sub(written) < BETWEEN_ROWS_MS);
        let step = if early { None } else { self.stepped.take() };
        if step.is_some() {
            self.written_ms = Some(now);
        }
        step
    }
}

/// Time that went by, by the clock that never jumps.
fn gone(before: Moment, now: Moment) -> TimeDelta {
    let ms = now.monotonic_ms.saturating_sub(before.monotonic_ms);
    i64::try_from(ms).ok().and_then(TimeDelta::try_milliseconds).unwrap_or_default()
}

/// 「86歳以上」, "at least 86 y", also behind the sex; what is not known stays so.
pub(crate) fn at_least_old(age: String, language: Language) -> String {
    if age.ends_with(language.say("不明", "not known")) {
        return age;
    }
    let english = |age: &str| match age.rsplit_once(", ") {
        Some((sex, age)) => format!("{sex}, at least {age}"),
        None => format!("at least {age}"),
    };
    language.say(format!("{age}以上"), english(&age))
}

/// 「4日以上前(11/16)」, 「今日以前」; "at least 4 days ago (16 Nov)", "today or earlier"; days to come stay as they are.
pub(crate) fn at_least_ago(words: &str, language: Language) -> String {
    for (japanese, english) in [("今日", "today"), ("昨日", "yesterday"), ("今月", "this month"), ("今年", "this year")]
    {
        let day = language.say(japanese, english);
        if let Some(rest) = words.strip_prefix(day) {
            return language.say(format!("{day}以前{rest}"), format!("{day} or earlier{rest}"));
        }
    }
    match language {
        Language::Japanese => words.replacen('前', "以上前", 1),
        Language::English if words.contains(" ago") => format!("at least {words}"),
        Language::English => words.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;
    const YEAR: i64 = 365 * DAY;

    /// One line of the table: what the tablet's clock is set to against the true one, in seconds, at each true second.
    type Case = (&'static str, &'static [(u64, i64)]);

    /// The region signed something half an hour before the beginning.
    const CASES: [Case; 9] = [
        ("right all the while", &[(0, 0), (3_600, 0)]),
        ("at 1970 from the start", &[(0, -1_795_100_000), (60, -1_795_100_060), (3_600, -1_795_103_600)]),
        ("at 1970, then put right", &[(0, -1_795_100_000), (120, 0), (3_600, 0)]),
        ("ten years ahead", &[(0, 10 * YEAR), (3_600, 10 * YEAR)]),
        ("ten years ahead, then put right", &[(0, 0), (60, 10 * YEAR), (120, 0), (3_600, 0)]),
        ("a day back during a case", &[(0, 0), (600, 0), (601, -DAY), (3_600, -DAY)]),
        ("an hour ahead and back again and again", &[(0, 0), (60, 3_600), (120, 0), (180, 3_600), (240, -3_600)]),
        ("asleep for nine hours", &[(0, 0), (32_400, 0), (32_401, 0)]),
        ("asleep for nine hours, awake at 1970", &[(0, 0), (32_400, -1_795_132_400), (32_460, -1_795_132_460)]),
    ];

    fn truth(second: u64) -> DateTime<Utc> {
        let start = DateTime::from_timestamp(1_795_100_000, 0).expect("time");
        start + TimeDelta::seconds(second.try_into().expect("small"))
    }

    fn shown(second: u64, offset: i64) -> Moment {
        Moment { utc: truth(second) + TimeDelta::seconds(offset), monotonic_ms: second * 1000 }
    }

    #[test]
    fn ages_are_never_younger_than_true_nor_than_they_were_whatever_the_clock_does() {
        for (name, readings) in CASES {
            let mut clock = AgeClock::default();
            clock.not_before(Some(truth(0) - TimeDelta::minutes(30)));
            let (mut before, mut steps, mut was_right) = (None, Vec::new(), false);
            for &(second, offset) in readings {
                clock.tick(shown(second, offset));
                let now = clock.now().expect("ticked");
                // A clock that was never right gives the least: what the region signed, and the time since.
                was_right |= offset >= 0;
                let least = if was_right { truth(second) } else { truth(second) - TimeDelta::minutes(30) };
                assert!(now >= least, "{name}: {now} at {second} s, truly {}", truth(second));
                assert!(Some(now) >= before, "{name}: backwards at {second} s");
                let behind = offset < -60 || !steps.is_empty() && now > shown(second, offset).utc + AGREES;
                assert_eq!(clock.is_doubtful(), behind, "{name} at {second} s");
                before = Some(now);
                steps.extend(clock.take_step());
            }
        }
    }

    #[test]
    fn steps_of_more_than_a_minute_are_told_once_a_minute_and_none_is_lost() {
        let mut clock = AgeClock::default();
        let mut rows = Vec::new();
        for second in 0..300_u64 {
            let offset = match second {
                0..10 => 0,
                10..20 => 3_600,
                20..30 => 59 + 3_600,
                30..200 => -86_400,
                _ => -86_400,
            };
            clock.tick(shown(second, offset));
            rows.extend(clock.take_step().map(|by| (second, by)));
        }
        assert_eq!(rows, [(10, 3_600), (70, -86_400 - 3_659)], "59 s are no step, and the second waits for its minute");
    }

    #[test]
    fn what_is_doubtful_is_said_to_be_the_least() {
        for (words, least) in [
            ("4日前(11/16)", "4日以上前(11/16)"),
            ("今日", "今日以前"),
            ("昨日(11/19)", "昨日以前(11/19)"),
            ("12分前", "12分以上前"),
            ("3日後(11/23)", "3日後(11/23)"),
            ("時計を確認", "時計を確認"),
        ] {
            assert_eq!(at_least_ago(words, Language::Japanese), least);
        }
        for (words, least) in [
            ("4 days ago (16 Nov)", "at least 4 days ago (16 Nov)"),
            ("today", "today or earlier"),
            ("yesterday (19 Nov)", "yesterday or earlier (19 Nov)"),
            ("this month (2026/11)", "this month or earlier (2026/11)"),
            ("12 min ago", "at least 12 min ago"),
            ("in 3 days (23 Nov)", "in 3 days (23 Nov)"),
            ("check the clock", "check the clock"),
        ] {
            assert_eq!(at_least_ago(words, Language::English), least);
        }
        for (language, age, least) in [
            (Language::Japanese, "女性 86歳", "女性 86歳以上"),
            (Language::Japanese, "女性 年齢不明", "女性 年齢不明"),
            (Language::English, "Female, 86 y", "Female, at least 86 y"),
            (Language::English, "2 mo 14 d", "at least 2 mo 14 d"),
            (Language::English, "Female, age not known", "Female, age not known"),
        ] {
            assert_eq!(at_least_old(age.to_owned(), language), least);
        }
    }
}
