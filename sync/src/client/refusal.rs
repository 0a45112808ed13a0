//! What a tablet refuses of a feed, one variant for each attack, each with its own words.

use std::fmt;

/// A sentence for a screen, in both languages.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Words {
    /// For the crew.
    pub ja: String,
    /// For logs and reports.
    pub en: String,
}

/// Why something of a feed was not believed. Nothing of it was applied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Bytes that no region signed.
    #[error("what was offered as the feed's head is no head that a region signed")]
    Arbitrary,
    /// This region's feed by name, but not signed by the key that the tablet was enrolled with.
    #[error("the feed's head is signed by another key than the region's, or was changed")]
    WrongKey,
    /// Another region's feed.
    #[error("the feed is another region's")]
    WrongRegion,
    /// A form that this program does not read.
    #[error("the feed is in a form that this program does not know: update the program")]
    UnknownForm,
    /// Older than what was believed already.
    #[error("the feed was set back: its head is older than one that this tablet has seen")]
    Rollback,
    /// A head whose time is over: newer ones are kept from the tablet, or its clock is ahead.
    #[error("the feed stands still: its head has expired, or this tablet's clock is ahead")]
    Freeze,
    /// A head signed in the future.
    #[error("the feed's head is from the future, or this tablet's clock is behind")]
    Future,
    /// More generations further than a region begins.
    #[error("the feed jumped ahead by more generations than a region begins")]
    GenerationJump,
    /// Claims a sequence that its packs do not reach, or has a gap in them.
    #[error("the feed's head claims rows that its packs do not hold")]
    BeyondPacks,
    /// An object's bytes are not the ones that were named.
    #[error("an object of the feed was exchanged for another: its hash is wrong")]
    WrongObject,
    /// The right bytes of something else: a pack of another range, generation or region.
    #[error("an object of the feed is not what the head says that it is")]
    MixAndMatch,
    /// More bytes than were announced, or than anybody reads.
    #[error("more bytes were sent than announced: stopped reading")]
    Endless,
    /// Unpacks to more than was announced.
    #[error("a pack unpacks to more than announced: not unpacked")]
    ZipBomb,
    /// More wipe orders at once than one officer may give.
    #[error("too many wipe orders within an hour without a second officer's signature: not obeyed")]
    MassWipe,
    /// The roster in the feed is not believed.
    #[error("the roster of the feed is not the region's, or is older than the one here")]
    Roster,
    /// The feed asks for a newer program.
    #[error("the feed needs version {needs} of this program or later: update the program")]
    AppTooOld {
        /// `major.minor.patch`.
        needs: String,
    },
    /// A snapshot whose parts hold another number of records than the head and the manifest say.
    #[error("the snapshot holds {found} records, not {expected}: the old data stay")]
    CountDiffers {
        /// As the head says.
        expected: u64,
        /// As counted.
        found: u64,
    },
    /// Releases of the program that cannot stand beside each other, or name no version.
    #[error("the feed's head names releases of the program that cannot be: nothing of it was taken")]
    ReleaseList,
    /// A release that too few of the release keys have signed, whoever signed the head.
    #[error("version {version} of the program is not signed by the release keys: not fetched")]
    ReleaseNotSigned {
        /// As the head names it.
        version: String,
    },
    /// A release further ahead than one may follow the program that runs.
    #[error("version {version} of the program jumps too far ahead of the one that runs: not fetched")]
    ReleaseLeap {
        /// As the head names it.
        version: String,
    },
    /// A release that cannot take the place of the program that runs.
    #[error("version {version} of the program can only be put in the place of version {oldest} or later: not fetched")]
    ReleaseTooFar {
        /// As the head names it.
        version: String,
        /// The oldest that it may replace.
        oldest: String,
    },
    /// A receipt that is not for the rows that were sent.
    #[error("the server's receipt is not for the audit rows that were sent")]
    WrongReceipt,
}

impl Refusal {
    /// The crew's sentence.
    pub fn japanese(&self) -> String {
        match self {
            Self::Arbitrary => "配信データに地域の署名がありません。取り込みませんでした。",
            Self::WrongKey => "配信データの署名鍵が登録時の地域の鍵と違います。取り込みませんでした。",
            Self::WrongRegion => "別の地域の配信データです。取り込みませんでした。",
            Self::UnknownForm => "配信データの形式がこの版では読めません。アプリを更新してください。",
            Self::Rollback => "配信データが以前より古いものに戻されています。取り込みませんでした。",
            Self::Freeze => "配信データの有効期限が切れています（または端末の時計が進んでいます）。",
            Self::Future => "配信データの日時が未来です（または端末の時計が遅れています）。",
            Self::GenerationJump => "配信データの世代が一度に飛んでいます。取り込みませんでした。",
            Self::BeyondPacks => "配信データの番号に中身が伴っていません。取り込みませんでした。",
            Self::WrongObject => "配信ファイルが別のものにすり替わっています。取り込みませんでした。",
            Self::MixAndMatch => "配信ファイルの組み合わせが違います。取り込みませんでした。",
            Self::Endless => "予告より多いデータが送られてきたため受信を止めました。",
            Self::ZipBomb => "配信ファイルが予告より大きく展開されるため開きませんでした。",
            Self::MassWipe => "消去命令が多すぎ、二人目の署名もありません。従いませんでした。",
            Self::Roster => "名簿が地域のものでないか古いものです。今の名簿を使い続けます。",
            Self::AppTooOld { needs } => {
                return format!("アプリの版が古いため取り込めません。{needs}以降に更新してください。");
            }
            Self::CountDiffers { expected, found } => {
                return format!(
                    "全件データの件数が合いません（{expected}件のはずが{found}件）。今のデータを使い続けます。"
                );
            }
            Self::ReleaseList => "配信データのプログラムの一覧が正しくありません。取り込みませんでした。",
            Self::ReleaseNotSigned { version } => {
                return format!("新しいプログラム{version}に正しい署名がありません。取り込みませんでした。");
            }
            Self::ReleaseLeap { version } => {
                return format!("プログラムの版{version}は今の版から離れすぎています。取り込みませんでした。");
            }
            Self::ReleaseTooFar { version, oldest } => {
                return format!(
                    "プログラム{version}は{oldest}以降からでないと入れ替えられません。先にその版に更新してください。"
                );
            }
            Self::WrongReceipt => "受領書が送った監査記録のものではありません。",
        }
        .to_owned()
    }

    /// Both sentences.
    pub fn words(&self) -> Words {
        Words { ja: self.japanese(), en: self.to_string() }
    }
}

impl fmt::Display for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.ja, self.en)
    }
}
