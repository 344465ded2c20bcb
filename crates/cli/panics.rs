//! What is told of a panic: where it is, and nothing that a run holds.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::{Location, set_hook};

use crate::render;

/// From now on a panic is told as [`told`], with a backtrace if `RUST_BACKTRACE` asks for one.
pub(crate) fn tell_without_data() {
    set_hook(Box::new(|panic| {
        render::say(&told(panic.payload(), panic.location()));
        let backtrace = Backtrace::capture();
        if backtrace.status() == BacktraceStatus::Captured {
            render::say(&backtrace.to_string());
        }
    }));
}

/// The place of a panic, and its words if they are written in the program. Those that are put together at run time could
/// hold anything: a record, or a part of a secret that nobody would find any more.
fn told(payload: &dyn Any, place: Option<&Location<'_>>) -> String {
    let place = place.map(|place| format!(" at {place}")).unwrap_or_default();
    match payload.downcast_ref::<&'static str>() {
        Some(words) => format!("  × seatflow broke off{place}: {words}"),
        None => format!("  × seatflow broke off{place}"),
    }
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    fn told_of(panics: fn()) -> String {
        told(&*catch_unwind(panics).unwrap_err(), None)
    }

    #[test]
    fn words_that_are_written_in_the_program_are_told() {
        assert_eq!(told_of(|| panic!("this cannot be")), "  × seatflow broke off: this cannot be");
        assert_eq!(
            told_of(|| std::env::var_os("NO_SUCH_VARIABLE").unwrap().clear()),
            "  × seatflow broke off: called `Option::unwrap()` on a `None` value"
        );
    }

    #[test]
    fn words_that_hold_data_are_not_told() {
        let broken: [fn(); 3] = [
            || panic!("no `{}`", String::from("token-1")),
            || _ = &String::from("token-é")[..7],
            || _ = "token-1".parse::<u8>().map_err(|_| "token-1").unwrap(),
        ];
        for panics in broken {
            assert_eq!(told_of(panics), "  × seatflow broke off");
        }
    }

    #[test]
    fn the_place_is_told() {
        let place = Location::caller();
        assert_eq!(told(&0, Some(place)), format!("  × seatflow broke off at {place}"));
    }
}
