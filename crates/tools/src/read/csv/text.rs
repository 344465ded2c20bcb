//! A file's bytes as UTF-8.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult};

use super::encoding::Encoding;

/// Stands for what could not be decoded. It is no part of any character in UTF-8, so the text that
/// holds it is refused as one that is not UTF-8 from the start.
const UNDECODABLE: u8 = 0xFF;

const RAW_BYTES: usize = 64 * 1024;
const LONGEST_MARK: usize = 3;
/// Less room than this, and a decoder might not find a place for one character.
const LEAST_ROOM: usize = 16;

/// Reads a file as UTF-8, whatever its encoding. A byte order mark is left out, and beats the
/// encoding that was given. What cannot be decoded becomes a byte that UTF-8 does not have.
pub(crate) struct Utf8Reader<R> {
    input: R,
    encoding: Encoding,
    /// The file's first bytes, which were read to look for a mark.
    opening: Vec<u8>,
    transcoding: Option<Transcoding>,
}

struct Transcoding {
    decoder: Decoder,
    raw: Vec<u8>,
    start: usize,
    end: usize,
    state: State,
}

#[derive(PartialEq, Eq)]
enum State {
    Reading,
    InputEnded,
    Finished,
}

impl<R: Read> Utf8Reader<R> {
    /// A reader of a file in this encoding, unless the file's byte order mark says another.
    pub(crate) fn new(mut input: R, encoding: Encoding) -> io::Result<Self> {
        let mut opening = Vec::with_capacity(LONGEST_MARK);
        input.by_ref().take(LONGEST_MARK as u64).read_to_end(&mut opening)?;
        let (encoding, mark) = Encoding::from_mark(&opening).unwrap_or((encoding, 0));
        opening.drain(..mark);
        let transcoding = encoding.decoder().map(|decoder| Transcoding {
            decoder,
            raw: vec![0; RAW_BYTES],
            start: 0,
            end: 0,
            state: State::Reading,
        });
        Ok(Self { input, encoding, opening, transcoding })
    }

    /// The encoding in which the file is read.
    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Reads more text into `room`, which must hold a few characters. Zero is the end.
    pub(crate) fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        debug_assert!(room.len() >= LEAST_ROOM, "a decoder needs some room");
        let mut input = self.opening.as_slice().chain(&mut self.input);
        let read = match &mut self.transcoding {
            None => input.read(room)?,
            Some(transcoding) => transcoding.read(&mut input, room)?,
        };
        let (rest, _) = input.into_inner();
        let taken = self.opening.len() - rest.len();
        self.opening.drain(..taken);
        Ok(read)
    }
}

impl Transcoding {
    fn read(&mut self, input: &mut impl Read, room: &mut [u8]) -> io::Result<usize> {
        while self.state != State::Finished {
            if self.start == self.end && self.state == State::Reading {
                self.start = 0;
                self.end = input.read(&mut self.raw)?;
                if self.end == 0 {
                    self.state = State::InputEnded;
                }
            }
            // One byte is kept free for the sign of what cannot be decoded.
            let room_for_text = room.len() - 1;
            let last = self.state == State::InputEnded;
            let raw = &self.raw[self.start..self.end];
            let text = &mut room[..room_for_text];
            let (result, read, mut written) = self.decoder.decode_to_utf8_without_replacement(raw, text, last);
            self.start += read;
            match result {
                DecoderResult::Malformed(..) => {
                    room[written] = UNDECODABLE;
                    written += 1;
                }
                DecoderResult::InputEmpty if last => self.state = State::Finished,
                DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
            }
            if written > 0 {
                return Ok(written);
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time, as the slowest of pipes.
    struct Trickle<'a>(&'a [u8]);

    impl Read for Trickle<'_> {
        fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
            let length = self.0.len().min(room.len()).min(1);
            let (now, later) = self.0.split_at(length);
            room[..length].copy_from_slice(now);
            self.0 = later;
            Ok(length)
        }
    }

    fn read_all(bytes: &[u8], encoding: Encoding) -> Vec<u8> {
        let slow = drain(Utf8Reader::new(Trickle(bytes), encoding).unwrap());
        let fast = drain(Utf8Reader::new(bytes, encoding).unwrap());
        assert_eq!(slow, fast);
        fast
    }

    fn drain(mut reader: Utf8Reader<impl Read>) -> Vec<u8> {
        let (mut all, mut room) = (Vec::new(), [0; LEAST_ROOM]);
        loop {
            match reader.read(&mut room).unwrap() {
                0 => return all,
                read => all.extend_from_slice(&room[..read]),
            }
        }
    }

    fn utf16le(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn utf8_passes_as_it_is_without_its_mark() {
        assert_eq!(read_all(b"\xEF\xBB\xBFid,na\xFFme", Encoding::Utf8), b"id,na\xFFme");
        assert_eq!(read_all(b"", Encoding::Utf8), b"");
        assert_eq!(read_all(b"a", Encoding::Utf8), b"a");
    }

    #[test]
    fn a_mark_beats_the_encoding_that_was_given() {
        let marked = [vec![0xFF, 0xFE], utf16le("é,😀\n")].concat();
        assert_eq!(read_all(&marked, Encoding::Utf8), "é,😀\n".as_bytes());
        assert_eq!(read_all("\u{feff}é".as_bytes(), Encoding::Windows1252), "é".as_bytes());
    }

    #[test]
    fn utf16_without_a_mark_has_the_lower_byte_first() {
        assert_eq!(read_all(&utf16le("Zürich"), Encoding::Utf16), "Zürich".as_bytes());
        assert_eq!(read_all(&[0x00, 0x41], Encoding::Utf16Be), b"A");
    }

    #[test]
    fn windows_1252_has_a_character_for_every_byte() {
        let all: Vec<u8> = (0..=255).collect();
        assert!(String::from_utf8(read_all(&all, Encoding::Windows1252)).is_ok());
        assert_eq!(read_all(b"\x80 M\xFCller", Encoding::Windows1252), "€ Müller".as_bytes());
    }

    #[test]
    fn what_cannot_be_decoded_is_never_a_character() {
        let lone_surrogate = [0x41, 0x00, 0x00, 0xD8, 0x42, 0x00];
        assert_eq!(read_all(&lone_surrogate, Encoding::Utf16Le), b"A\xFFB");
        assert_eq!(read_all(&[0x41, 0x00, 0x42], Encoding::Utf16Le), b"A\xFF");
    }
}
