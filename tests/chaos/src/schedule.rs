//! One schedule, from its copies of region and tablet to the last check.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use kakari_sync::{Head, Signed};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

use crate::child::Process;
use crate::place::Place;
use crate::plan::{Act, Plan, Who};
use crate::proxy::{Line, Proxy};
use crate::tally::Tally;
use crate::template::Template;
use crate::{Fault, changes, check};

/// How long the tablet waits for an answer while things fail.
const SHORT: Duration = Duration::from_millis(250);
/// And when nothing fails any more.
const CALM: Duration = Duration::from_secs(10);
/// How long a step of the sync is waited for: the server gives the same head for a second.
const STEP: Duration = Duration::from_millis(1_300);
/// How long everything may take to agree once nothing fails any more.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long processes may take to start on a busy machine.
const START: Duration = Duration::from_secs(60);

struct Stage<'a> {
    place: Place,
    pool: &'a PgPool,
    proxy: Proxy,
    server: Process,
    publisher: Process,
    sync: Process,
    tap: Process,
    tally: Tally,
    /// Who comes back when.
    returns: Vec<(Instant, Who)>,
}

/// Runs one schedule in `folder`, on the database at `address`.
pub(crate) async fn run(template: &Template, plan: &Plan, folder: &Path, address: &str) -> Result<Tally, Fault> {
    let place = Place(folder.to_owned());
    let port = free_port()?;
    let proxy = Proxy::start(port).await?;
    template.copy(&place, address, port.port(), proxy.address.port())?;
    let pool = PgPoolOptions::new().max_connections(2).connect(address).await?;
    let short = u8::from(plan.short).to_string();
    let mut stage = Stage {
        server: Process::new("server", &place, &[]),
        publisher: Process::new("publisher", &place, &[short]),
        sync: Process::new("sync", &place, &[SHORT.as_millis().to_string()]),
        tap: Process::new("tap", &place, &[plan.seed.to_string()]),
        place,
        pool: &pool,
        proxy,
        tally: Tally::default(),
        returns: Vec::new(),
    };
    let done = stage.play(plan).await;
    std::fs::write(stage.place.log("sync.lines"), stage.sync.all().join("\n"))?;
    std::fs::write(stage.place.log("tap.lines"), stage.tap.all().join("\n"))?;
    let tally = std::mem::take(&mut stage.tally);
    drop(stage);
    pool.close().await;
    done.map(|()| tally)
}

/// An address below those that the system gives out by itself: nobody takes it while the server is dead.
fn free_port() -> Result<SocketAddr, Fault> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let begin = u16::try_from(std::process::id() % 9_000)?;
    for _ in 0..12_000 {
        let port = 20_000 + (begin + NEXT.fetch_add(1, Ordering::Relaxed) % 3_000);
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    Err("no free port".into())
}

impl Stage<'_> {
    async fn play(&mut self, plan: &Plan) -> Result<(), Fault> {
        for who in [Who::Server, Who::Publisher, Who::Sync, Who::Tap] {
            self.of(who).start()?;
        }
        let (server, sync) = (self.server.says(0, START, |line| line == "ready"), self.sync.says(0, START, |_| true));
        if !server.await || !sync.await {
            return Err(format!("nothing started: {} {}", self.server.log(), self.sync.log()).into());
        }
        if plan.settled && !self.sync.says(0, PATIENCE, |line| line.starts_with("round 1")).await {
            return Err(format!("the tablet never began: {}", self.sync.log()).into());
        }
        for (pause, act) in &plan.acts {
            tokio::time::sleep(*pause).await;
            self.bring_back(false)?;
            self.act(*act).await?;
        }
        self.calm().await?;
        self.tally.add(&self.proxy.happened);
        let region = check::Region::load(&self.place, self.pool).await?;
        region.check(&self.place, &self.tap.all(), &self.sync.all(), &mut self.tally)
    }

    fn of(&mut self, who: Who) -> &mut Process {
        match who {
            Who::Server => &mut self.server,
            Who::Publisher => &mut self.publisher,
            Who::Sync => &mut self.sync,
            Who::Tap => &mut self.tap,
        }
    }

    async fn act(&mut self, act: Act) -> Result<(), Fault> {
        match act {
            Act::Line(line) => self.proxy.set(line),
            Act::Cut => self.proxy.cut(),
            Act::Kill(who, rest) => {
                let step = self.sync.step();
                self.kill(who, rest, step.as_deref())?;
            }
            Act::KillAt(who, step, rest) => {
                let from = self.sync.said();
                let wanted = format!("at {step}");
                if self.sync.says(from, STEP, |line| line == wanted).await {
                    self.kill(who, rest, Some(step))?;
                }
            }
            Act::Change(seed) => self.tally.changes += changes::change(self.pool, seed).await?,
        }
        Ok(())
    }

    fn kill(&mut self, who: Who, rest: Duration, step: Option<&str>) -> Result<(), Fault> {
        if self.of(who).kill()? {
            self.tally.killed(who, step);
            self.returns.push((Instant::now() + rest, who));
        }
        Ok(())
    }

    /// Starts whoever was away long enough, or everybody.
    fn bring_back(&mut self, all: bool) -> Result<(), Fault> {
        let now = Instant::now();
        let (back, away) = self.returns.drain(..).partition(|(at, _)| all || *at <= now);
        self.returns = away;
        let back: Vec<(Instant, Who)> = back;
        back.into_iter().try_for_each(|(_, who)| self.of(who).start())
    }

    /// Nothing fails any more, nothing new comes: waits until the tablet says that it has everything.
    async fn calm(&mut self) -> Result<(), Fault> {
        self.proxy.set(Line::Clear);
        self.proxy.cut();
        self.bring_back(true)?;
        self.tap.kill()?;
        self.server.kill()?;
        self.sync.kill()?;
        let sequence = self.published().await?;
        self.server.start()?;
        self.sync.arguments(&[CALM.as_millis().to_string()]);
        self.sync.start()?;
        let from = self.sync.said();
        let begun = Instant::now();
        let arrived = |line: &str| {
            let mut words = line.split(' ');
            let whole = words.next() == Some("round") && words.next() == Some("1");
            whole && words.nth(1).and_then(|cursor| cursor.parse().ok()) == Some(sequence)
        };
        if !self.sync.says(from, PATIENCE, arrived).await {
            let last: Vec<_> = self.sync.all().into_iter().rev().take(3).collect();
            let logs = format!("{}\n{}\n{}", self.sync.log(), self.server.log(), self.publisher.log());
            return Err(format!("the tablet never agreed with sequence {sequence}: {last:?}\n{logs}").into());
        }
        self.tally.settled(begun.elapsed());
        self.sync.kill()?;
        self.publisher.kill()?;
        self.server.kill()?;
        Ok(())
    }

    /// Waits until no change waits and the head in the feed names the last one: its sequence.
    async fn published(&mut self) -> Result<u64, Fault> {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            let (waiting, sequence): (i64, i64) =
                sqlx::query_as("SELECT (SELECT count(*) FROM change), sequence FROM region")
                    .fetch_one(self.pool)
                    .await?;
            if waiting == 0 && self.named()? == u64::try_from(sequence)? {
                return Ok(u64::try_from(sequence)?);
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Err(format!("the publisher did not publish everything: {}", self.publisher.log()).into())
    }

    /// The sequence of the head that lies in the feed.
    fn named(&self) -> Result<u64, Fault> {
        let bytes = std::fs::read(self.place.feed().join(kakari_sync::HEAD_NAME))?;
        let key = check::region_key(&self.place)?;
        let head: Head = Signed::decode(&bytes).and_then(|signed| signed.verify(&key))?;
        Ok(head.sequence)
    }
}
