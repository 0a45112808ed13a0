//! What kept a round from going on, that is nobody's attack: the network, the disk, the server's no.

use kakari_record::device_key::DeviceKeyError;
use kakari_store::{OpenError, StoreError};

use super::{Refusal, Words};

/// Why a step of a round did not happen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// Something of the feed was not believed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The network did not answer, or broke off.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// The tablet's own store.
    #[error("the store: {0}")]
    Store(#[from] StoreError),
    /// The tablet's own store does not open.
    #[error("the store: {0}")]
    Open(#[from] OpenError),
    /// A file of the tablet or of the USB bundle.
    #[error("cannot read or write {what}")]
    File {
        /// Which file, in words.
        what: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The disk has no room for a new version of the program. Sizes in bytes.
    #[error("no room for the new version of the program: {needs} bytes are needed and {free} are free")]
    NoRoom {
        /// So many are needed.
        needs: u64,
        /// So many are free.
        free: u64,
    },
    /// The system gave no random bytes, or a key of the tablet's is unreadable.
    #[error("the tablet's own keys: {0}")]
    Keys(&'static str),
    /// The device that holds the tablet's keys (its TPM) is not there or does not sign.
    #[error("{0}; records stay readable: restart this tablet, and tell the office when that does not help")]
    Device(#[from] DeviceKeyError),
}

/// Why nothing, or no more, came over the link.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkError {
    /// No connection.
    #[error("no connection to the server")]
    Unreachable,
    /// The other end is not the region's server: nothing was sent to it and nothing taken from it.
    #[error("the other end is not the region's server: {0}")]
    NotTheServer(TlsFault),
    /// Connected, and then nothing for too long.
    #[error("the server did not answer in time")]
    Silent,
    /// The connection broke off; what came is kept.
    #[error("the connection broke off")]
    Broken,
    /// The server does not take this tablet's certificate: revoked, expired, or not the region's.
    #[error("the server does not take this tablet's certificate: revoked or expired")]
    NotAdmitted,
    /// The server does not know this tablet's certificate, though the region's authority signed it: the tablet enrolled after
    /// the backup that the region was restored from.
    #[error(
        "the region does not know this tablet any more (it was restored from an older backup): enrol the tablet anew"
    )]
    NotKnown,
    /// The server has no such object.
    #[error("the feed does not hold an object that its head names")]
    Missing,
    /// The server said no with this HTTP status.
    #[error("the server answered {0}")]
    Status(u16),
    /// The server's answer makes no sense: which.
    #[error("the server's answer makes no sense: {0}")]
    Nonsense(&'static str),
}

/// What is wrong with a TLS peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsFault {
    /// It does not speak TLS 1.3.
    #[error("it does not speak TLS 1.3")]
    OldTls,
    /// It does not speak TLS.
    #[error("it does not speak TLS")]
    NoTls,
    /// Its certificate is not the region's.
    #[error("its certificate is not the region's")]
    OtherAuthority,
    /// Its certificate has expired.
    #[error("its certificate has expired, or this tablet's clock is ahead")]
    Expired,
    /// Its certificate is not valid yet.
    #[error("its certificate is not valid yet, or this tablet's clock is behind")]
    NotYetValid,
    /// Its certificate is for another name.
    #[error("its certificate is for another name")]
    OtherName,
    /// Its certificate is not one of a server.
    #[error("its certificate is not one of a server")]
    NotAServer,
    /// It does not ask who the tablet is, as the region's server does.
    #[error("it does not ask for this tablet's certificate")]
    AsksForNoCertificate,
    /// Another certificate than a moment ago, or than the invitation says.
    #[error("its certificate is not the one of the invitation")]
    NotAsInvited,
    /// The handshake failed otherwise.
    #[error("the TLS handshake failed")]
    Handshake,
}

impl Problem {
    /// Both sentences for a screen.
    pub fn words(&self) -> Words {
        let ja = match self {
            Self::Refused(refusal) => return refusal.words(),
            Self::Link(link) => link.japanese(),
            Self::Store(StoreError::Full) => "端末の空き容量がありません。表示中のデータはそのまま使えます。",
            Self::Store(StoreError::Busy) => "端末のデータベースが使用中でした。あとで再試行します。",
            Self::Store(_) | Self::Open(_) => "端末のデータベースに書き込めません。",
            Self::NoRoom { .. } => "端末の空き容量が足りないため、新しいプログラムを受け取れません。",
            Self::File { .. } => "ファイルを読み書きできません。",
            Self::Keys(_) => "端末の鍵を読めません。再登録が必要です。",
            Self::Device(_) => {
                "端末の鍵を持つTPMが応答しません。閲覧は続けられます。端末を再起動し、直らなければ本部に知らせてください。"
            }
        };
        Words { ja: ja.to_owned(), en: self.to_string() }
    }

    /// What was refused, if anything was.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    pub(crate) fn file(what: impl Into<String>, source: std::io::Error) -> Self {
        Self::File { what: what.into(), source }
    }
}

impl LinkError {
    const fn japanese(&self) -> &'static str {
        match self {
            Self::Unreachable => "サーバーに接続できません。",
            Self::NotTheServer(fault) => fault.japanese(),
            Self::Silent => "サーバーから応答がありません。",
            Self::Broken => "通信が途中で切れました。続きから再開します。",
            Self::NotAdmitted => "サーバーがこの端末の証明書を受け付けません（失効または期限切れ）。",
            Self::NotKnown => {
                "地域の台帳にこの端末がありません（古いバックアップから復元）。端末の登録をやり直してください。"
            }
            Self::Missing => "配信元に必要なファイルがありません。",
            Self::Status(_) | Self::Nonsense(_) => "サーバーがエラーを返しました。",
        }
    }
}

impl TlsFault {
    const fn japanese(self) -> &'static str {
        match self {
            Self::OldTls => "接続先がTLS 1.3に対応していません。何も送りませんでした。",
            Self::NoTls => "接続先が暗号化通信ではありません。何も送りませんでした。",
            Self::OtherAuthority => "接続先の証明書が地域のものではありません。何も送りませんでした。",
            Self::Expired => "接続先の証明書が期限切れです（または端末の時計が進んでいます）。何も送りませんでした。",
            Self::NotYetValid => {
                "接続先の証明書がまだ有効ではありません（または端末の時計が遅れています）。何も送りませんでした。"
            }
            Self::OtherName => "接続先の名前が証明書と違います。何も送りませんでした。",
            Self::NotAServer => "接続先の証明書がサーバー用ではありません。何も送りませんでした。",
            Self::AsksForNoCertificate => {
                "接続先が端末の証明書を求めません。地域のサーバーではないため何も送りませんでした。"
            }
            Self::NotAsInvited => "接続先の証明書が招待の内容と違います。何も送りませんでした。",
            Self::Handshake => "暗号化通信を始められません。何も送りませんでした。",
        }
    }
}
