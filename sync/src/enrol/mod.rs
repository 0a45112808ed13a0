//! How a tablet comes to belong to a region.
//!
//! The office makes an invitation: a code of twelve characters (60 random bits), one use, a few minutes. Both ends prove
//! to each other that they know it: the request and the answer carry an HMAC under a key from the code, over what is said
//! and over the server's TLS certificate as the tablet saw it. So somebody in the middle without the code can neither put
//! in a certificate request nor another region's keys, even when the tablet knows no certificate yet.

mod code;
mod invitation;
mod message;

pub use code::{CodeError, CodeKeys, InvitationCode};
pub use invitation::{Invitation, Pins};
pub use message::{EnrolAnswer, EnrolRefusal, EnrolRequest, Enrolment, OfflineEnrolment};
