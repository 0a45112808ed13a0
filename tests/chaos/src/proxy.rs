//! Between the tablet and its server: a line that cuts, delays, throttles, swallows, replays and overtakes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// What the line does to every connection that is open, and to new ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// Nothing.
    Clear,
    /// Every piece comes later.
    Delay(Duration),
    /// A few bytes at a time.
    Throttle,
    /// Half open: both ends believe in a connection on which nothing comes through any more.
    Silent,
    /// The server hears the tablet, the tablet no longer the server: what was done is not known.
    Deaf,
    /// What the tablet says comes so much later, also when it has long given up and come again.
    Late(Duration),
    /// What the tablet says is said to the server twice, on two connections.
    Replay,
}

/// How often what really happened.
#[derive(Debug, Default)]
pub(crate) struct Happened {
    pub(crate) cut: AtomicU64,
    pub(crate) delayed: AtomicU64,
    pub(crate) throttled: AtomicU64,
    pub(crate) swallowed: AtomicU64,
    pub(crate) deafened: AtomicU64,
    pub(crate) late: AtomicU64,
    pub(crate) overtaken: AtomicU64,
    pub(crate) replayed: AtomicU64,
    pub(crate) refused: AtomicU64,
    accepted: AtomicU64,
}

/// A proxy that runs. Dropped, it takes no more connections.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    line: watch::Sender<Line>,
    cut: watch::Sender<u64>,
    pub(crate) happened: Arc<Happened>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Clone)]
struct Wire {
    upstream: SocketAddr,
    line: watch::Receiver<Line>,
    cut: watch::Receiver<u64>,
    happened: Arc<Happened>,
}

fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

impl Proxy {
    pub(crate) async fn start(upstream: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (line, now) = watch::channel(Line::Clear);
        let (cut, cuts) = watch::channel(0);
        let happened = Arc::new(Happened::default());
        let wire = Wire { upstream, line: now, cut: cuts, happened: Arc::clone(&happened) };
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                count(&wire.happened.accepted);
                tokio::spawn(wire.clone().carry(client));
            }
        });
        Ok(Self { address, line, cut, happened, task })
    }

    pub(crate) fn set(&self, line: Line) {
        self.line.send_replace(line);
    }

    /// Cuts every connection that is open.
    pub(crate) fn cut(&self) {
        self.cut.send_modify(|cuts| *cuts += 1);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
        self.cut();
    }
}

impl Wire {
    async fn carry(mut self, client: TcpStream) {
        self.cut.mark_unchanged();
        let Ok(Ok(server)) = timeout(Duration::from_secs(5), TcpStream::connect(self.upstream)).await else {
            return count(&self.happened.refused);
        };
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        // A cut is a reset, not a good-bye.
        let _ = (client.set_zero_linger(), server.set_zero_linger());
        let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
        let mut cut = self.cut.clone();
        let up = tokio::spawn(self.clone().up(from_client, to_server));
        let down = tokio::spawn(self.clone().down(from_server, to_client));
        let (up_end, down_end) = (up.abort_handle(), down.abort_handle());
        tokio::select! {
            changed = cut.changed() => {
                if changed.is_ok() { count(&self.happened.cut) }
                up_end.abort();
                down_end.abort();
            }
            // What is late on its way up is still delivered when the tablet has gone.
            _ = up => down_end.abort(),
        }
    }

    /// From the tablet to the server.
    async fn up(self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let (mut piece, mut silent, mut second) = (vec![0; 4096], false, None);
        let number = self.happened.accepted.load(Ordering::Relaxed);
        while let Ok(length @ 1..) = from.read(&mut piece).await {
            let line = *self.line.borrow();
            if silent || line == Line::Silent {
                if !silent {
                    count(&self.happened.swallowed)
                }
                silent = true;
                continue;
            }
            if line == Line::Replay && second.is_none() {
                second = TcpStream::connect(self.upstream).await.ok();
            }
            self.pause(line, length).await;
            if let Line::Late(by) = line {
                self.late(by, &mut from, number).await;
            }
            if let Some(second) = &mut second
                && second.write_all(&piece[..length]).await.is_ok()
            {
                count(&self.happened.replayed);
            }
            if to.write_all(&piece[..length]).await.is_err() {
                break;
            }
        }
        if silent {
            // The other end is not told.
            sleep(Duration::from_millis(300)).await;
        }
    }

    /// Waits, and notes when the tablet gave up meanwhile or came again on another connection.
    async fn late(&self, by: Duration, from: &mut OwnedReadHalf, number: u64) {
        sleep(by).await;
        count(&self.happened.late);
        let came_again = self.happened.accepted.load(Ordering::Relaxed) > number;
        let gone = matches!(timeout(Duration::from_millis(1), from.peek(&mut [0])).await, Ok(Ok(0) | Err(_)));
        if came_again || gone {
            count(&self.happened.overtaken);
        }
    }

    /// From the server to the tablet.
    async fn down(self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let (mut piece, mut silent) = (vec![0; 4096], false);
        while let Ok(length @ 1..) = from.read(&mut piece).await {
            let line = *self.line.borrow();
            if silent || matches!(line, Line::Silent | Line::Deaf) {
                if !silent {
                    count(if line == Line::Deaf { &self.happened.deafened } else { &self.happened.swallowed })
                }
                silent = true;
                continue;
            }
            self.pause(line, length).await;
            if to.write_all(&piece[..length]).await.is_err() {
                break;
            }
        }
        if silent {
            sleep(Duration::from_secs(5)).await;
        }
    }

    async fn pause(&self, line: Line, length: usize) {
        match line {
            Line::Delay(by) => {
                count(&self.happened.delayed);
                sleep(by).await;
            }
            Line::Throttle => {
                count(&self.happened.throttled);
                sleep(Duration::from_micros(40 * u64::try_from(length).unwrap_or(1))).await;
            }
            _ => {}
        }
    }
}
