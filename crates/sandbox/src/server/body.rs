//! The body of a response, also one that pauses, breaks off, or is filled up.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::Sleep;

use super::broken::Broken;

static BLANKS: [u8; 64 * 1024] = [b' '; 64 * 1024];

/// The body of a response. It knows its length, which becomes the `Content-Length`.
#[derive(Debug)]
pub(crate) struct Body {
    pieces: Pieces,
    /// How many bytes are still promised.
    left: u64,
}

#[derive(Debug)]
enum Pieces {
    /// The common case: one piece, at once.
    Whole(Option<Bytes>),
    Several(VecDeque<Piece>),
}

#[derive(Debug)]
enum Piece {
    Bytes(Bytes),
    Blanks(u64),
    Pause(Duration),
    Pausing(Pin<Box<Sleep>>),
    /// One byte after the other, with a pause after each.
    Trickle(Bytes, Duration),
    /// Lets what was sent so far leave, before it breaks.
    Flush,
    Break(Broken),
}

impl Body {
    pub(crate) fn whole(bytes: Bytes) -> Self {
        Self { left: bytes.len() as u64, pieces: Pieces::Whole(Some(bytes)) }
    }

    /// Promises all of `bytes` and ends the connection after half of them.
    pub(crate) fn cut(mut bytes: Bytes) -> Self {
        let left = bytes.len() as u64;
        bytes.truncate(bytes.len() / 2);
        Self { left, pieces: Pieces::Several([Piece::Bytes(bytes), Piece::Flush, Piece::Break(Broken::Closed)].into()) }
    }

    /// Promises all of `bytes`, sends none, and resets the connection.
    pub(crate) fn reset(bytes: &Bytes) -> Self {
        let pieces = Pieces::Several([Piece::Flush, Piece::Break(Broken::Reset)].into());
        Self { left: bytes.len() as u64, pieces }
    }

    /// Sends `bytes` one by one, with pauses between them.
    pub(crate) fn trickle(bytes: Bytes, pause: Duration) -> Self {
        Self { left: bytes.len() as u64, pieces: Pieces::Several([Piece::Trickle(bytes, pause)].into()) }
    }

    /// Pauses after the first half of `bytes`.
    pub(crate) fn slow(mut bytes: Bytes, pause: Duration) -> Self {
        let left = bytes.len() as u64;
        let second = bytes.split_off(bytes.len() / 2);
        Self { left, pieces: Pieces::Several([Piece::Bytes(bytes), Piece::Pause(pause), Piece::Bytes(second)].into()) }
    }

    /// Fills `bytes` up with blanks to a length.
    pub(crate) fn filled(bytes: Bytes, length: u64) -> Self {
        let blanks = length.saturating_sub(bytes.len() as u64);
        let left = bytes.len() as u64 + blanks;
        Self { left, pieces: Pieces::Several([Piece::Bytes(bytes), Piece::Blanks(blanks)].into()) }
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let next = match &mut self.pieces {
            Pieces::Whole(bytes) => bytes.take(),
            Pieces::Several(pieces) => ready!(poll_pieces(pieces, context))?,
        };
        if let Some(bytes) = &next {
            self.left = self.left.saturating_sub(bytes.len() as u64);
        }
        Poll::Ready(next.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

fn poll_pieces(pieces: &mut VecDeque<Piece>, context: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Broken>> {
    while let Some(piece) = pieces.pop_front() {
        match piece {
            Piece::Bytes(bytes) if bytes.is_empty() => {}
            Piece::Bytes(bytes) => return Poll::Ready(Ok(Some(bytes))),
            Piece::Blanks(0) => {}
            Piece::Blanks(count) => {
                let now = usize::try_from(count).map_or(BLANKS.len(), |count| count.min(BLANKS.len()));
                pieces.push_front(Piece::Blanks(count - now as u64));
                return Poll::Ready(Ok(Some(Bytes::from_static(&BLANKS).slice(..now))));
            }
            Piece::Pause(pause) => pieces.push_front(Piece::Pausing(Box::pin(tokio::time::sleep(pause)))),
            Piece::Pausing(mut sleep) => {
                if sleep.as_mut().poll(context).is_pending() {
                    pieces.push_front(Piece::Pausing(sleep));
                    return Poll::Pending;
                }
            }
            Piece::Trickle(bytes, _) if bytes.is_empty() => {}
            Piece::Trickle(mut bytes, pause) => {
                let next = bytes.split_to(1);
                for piece in [Piece::Trickle(bytes, pause), Piece::Pause(pause), Piece::Bytes(next)] {
                    pieces.push_front(piece);
                }
            }
            Piece::Flush => {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            Piece::Break(broken) => return Poll::Ready(Err(broken)),
        }
    }
    Poll::Ready(Ok(None))
}
