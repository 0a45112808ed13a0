//! The code by which a product is known.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::codes;
use crate::model::Coded;
use crate::table;

/// First seven digits of a HOT9 → first seven characters of the YJ code.
static HOT: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    table::rows(include_str!("../../../assets/tables/hot9.csv")).map(|[hot, yj, _generic]| (hot, yj)).collect()
});

/// The YJ code of a product, as far as it is known: its own; else that of the general name it was prescribed by, whose
/// first nine characters are the same; else, for a HOT9 that the table has, the seven that name class, drug and route.
pub(crate) fn yj_of(product: &Coded) -> Option<&str> {
    let own = || product.code_in(codes::YJ).or_else(|| product.code_in(codes::GENERAL_NAME));
    own().or_else(|| product.code_in(codes::HOT9).and_then(|hot| HOT.get(hot.get(..7)?).copied()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_two_codes_of_seven_and_no_number_comes_twice() {
        let rows = table::lines(include_str!("../../../assets/tables/hot9.csv"));
        assert_eq!(rows.count(), HOT.len());
        for (hot, yj) in HOT.iter() {
            let seven = |code: &str| code.len() == 7 && code.bytes().all(|b| b.is_ascii_digit());
            assert!(seven(hot) && seven(yj), "{hot}");
        }
    }
}
