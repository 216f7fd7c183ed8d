//! Looking again before somebody is alarmed: a share or a controller may have a bad moment.

use std::thread;
use std::time::Duration;

const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(100);

/// What `look` sees, at the latest when it has looked three times: looking again ends with what `is_sure`.
pub(super) fn look<T>(mut look: impl FnMut() -> T, is_sure: impl Fn(&T) -> bool) -> T {
    let mut seen = look();
    for _ in 1..TRIES {
        if is_sure(&seen) {
            break;
        }
        thread::sleep(PAUSE);
        seen = look();
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_alarms_nobody_and_what_stays_does() {
        let look_at = |states: &[bool]| {
            let mut looks = 0;
            let seen = look(
                || {
                    looks += 1;
                    states[looks - 1]
                },
                |sound| *sound,
            );
            (seen, looks)
        };
        assert_eq!(look_at(&[true]), (true, 1));
        assert_eq!(look_at(&[false, true]), (true, 2));
        assert_eq!(look_at(&[false, false, true]), (true, 3));
        assert_eq!(look_at(&[false, false, false]), (false, 3));
    }
}
