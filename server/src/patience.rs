//! What a connection holds, PostgreSQL gives free a moment after the connection has ended: whoever comes just then asks again.

use std::time::Duration;

use tokio::time::sleep;

const TIMES: u32 = 60;
const BETWEEN: Duration = Duration::from_millis(50);

/// Somebody's patience: 3 seconds.
#[derive(Debug)]
pub(crate) struct Patience {
    left: u32,
}

impl Patience {
    pub(crate) const fn new() -> Self {
        Self { left: TIMES }
    }

    /// Waits a moment; false when there was none left to wait.
    pub(crate) async fn lasts(&mut self) -> bool {
        sleep(BETWEEN).await;
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }
}
