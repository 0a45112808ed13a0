//! Every problem that the session can meet, each brought about and pictured on the screen where the crew meets it.

mod cards;
mod searches;
mod shifts;
mod tablets;

use kakari_session::look::Look;
use kakari_session::view::View;

use crate::{Case, ProblemPreview};

pub(crate) fn all(look: Look) -> Vec<ProblemPreview> {
    let parts = [tablets::problems(look), shifts::problems(look), cards::problems(look), searches::problems(look)];
    parts.into_iter().flatten().map(|(name, view)| ProblemPreview { name, view }).collect()
}

/// The problems happen on an ordinary day.
const CASE: Case = Case::Typical;

type Named = (&'static str, View);
