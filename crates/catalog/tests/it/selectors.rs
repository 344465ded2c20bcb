//! Selectors: what is read from them, how they are written and sent, and where a mistake in one is.

mod read;
