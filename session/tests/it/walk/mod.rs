//! Random walks: whatever happens in whatever order, nobody sees what they must not.
//!
//! Every touch, every event and every answer, good and bad, late and never, over clocks that jump and rows that fail.
//! A walk is told by its number alone: `KAKARI_WALK=17` walks that one again and says each step.

mod answers;
mod dice;
mod rules;
mod station;
mod steps;
mod world;

use self::dice::Dice;
use self::world::World;

/// Steps of all walks together, and of one.
const STEPS: u32 = 100_000;
const ONE_WALK: u32 = 400;

#[test]
fn no_walk_shows_a_record_without_crew_and_card_or_break_glass_and_audit_row() {
    let only: Option<u32> = std::env::var("KAKARI_WALK").ok().and_then(|walk| walk.parse().ok());
    let walks = STEPS.div_ceil(ONE_WALK);
    let mut seen = rules::Seen::default();
    for walk in only.map_or(0..walks, |walk| walk..walk + 1) {
        let mut dice = Dice::new(walk);
        let mut world = World::new();
        for step in 0..ONE_WALK {
            let told = world.step(&mut dice);
            if only.is_some() {
                println!("{step}: {told} -> {}", world.session.view().screen.name());
            }
            if let Err(broken) = rules::check(&world, &mut seen) {
                panic!("walk {walk}, step {step} ({told}): {broken}; KAKARI_WALK={walk} tells it");
            }
        }
        seen.walk(&world);
    }
    println!("{} steps in {walks} walks: 0 broke a rule; {seen:?}", walks * ONE_WALK);
    if only.is_none() {
        seen.enough();
    }
}
