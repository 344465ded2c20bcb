//! The stream below a connection, with room for words before an answer.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// What is to be sent before the next answer of a connection.
#[derive(Debug, Clone, Default)]
pub(super) struct Foreword(Arc<Words>);

#[derive(Debug, Default)]
struct Words {
    /// Whether there are any: without them, a write takes no lock.
    any: AtomicBool,
    text: Mutex<Vec<u8>>,
}

impl Foreword {
    /// Sends this before the next answer.
    pub(super) fn say(&self, text: &str) {
        let Self(words) = self;
        words.text.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(text.as_bytes());
        words.any.store(true, Ordering::Release);
    }
}

/// A stream that sends the foreword, when there is one, before what is written.
#[derive(Debug)]
pub(super) struct Wire {
    stream: TcpStream,
    foreword: Foreword,
}

impl Wire {
    pub(super) fn new(stream: TcpStream, foreword: Foreword) -> Self {
        Self { stream, foreword }
    }

    pub(super) fn into_stream(self) -> TcpStream {
        self.stream
    }

    fn poll_foreword(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Foreword(words) = &self.foreword;
        if !words.any.load(Ordering::Acquire) {
            return Poll::Ready(Ok(()));
        }
        let mut text = words.text.lock().unwrap_or_else(PoisonError::into_inner);
        while !text.is_empty() {
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, &text))?;
            text.drain(..written);
        }
        words.any.store(false, Ordering::Release);
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        ready!(self.poll_foreword(context))?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_foreword(context))?;
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
