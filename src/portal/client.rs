//! Asks a portal as often as it makes sense: growing pauses, one name for all tries of a message, a new session
//! where the old one has ended, and no faster than the portal likes.

use std::cell::Cell;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::tables::Table;
use super::wire::{Lost, Request, Response, Wire};
use crate::model::failure::{Cause, Failure, FailureCode, Place};
use crate::settings::PortalSettings;

/// The longest pause between two tries.
const LONGEST_PAUSE: f64 = 300.0;

/// What a portal says to a message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    /// It has taken it.
    Taken(Value),
    /// It has such a dossier already.
    Exists,
    /// It has not taken it, in its own words.
    Refused(String),
    /// Its session has ended.
    Ended,
}

/// What shows that a message was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// What was asked for is in the answer: a session, the name of a file.
    Content,
    /// A code that all is well, and no word of a dossier that is there already.
    New,
    /// A code that all is well, whatever words stand beside it.
    Code,
}

/// What became of a message.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Asked {
    /// The portal said something.
    Answered(Answer),
    /// Whether it arrived is not known.
    Unknown(Cause),
    /// It did not leave.
    NotSent(Cause),
    /// What answers there is no portal: the settings lead to another place.
    Elsewhere(Cause),
}

/// Asks one portal.
pub(crate) struct Client<'a> {
    wire: &'a dyn Wire,
    settings: &'a PortalSettings,
    table: &'a Table,
    sleep: &'a dyn Fn(Duration),
    last: Cell<Option<Instant>>,
    fresh: Cell<u64>,
}

impl<'a> Client<'a> {
    /// Asks over `wire`; `sleep` waits.
    pub(crate) fn new(wire: &'a dyn Wire, settings: &'a PortalSettings, table: &'a Table, sleep: &'a dyn Fn(Duration)) -> Self {
        Self { wire, settings, table, sleep, last: Cell::new(None), fresh: Cell::new(0) }
    }

    /// How the portal is spoken to.
    pub(crate) fn table(&self) -> &'a Table {
        self.table
    }

    /// The settings of the portal.
    pub(crate) fn settings(&self) -> &'a PortalSettings {
        self.settings
    }

    /// Names a message that is never to be told what one before it was, as that which signs in.
    pub(crate) fn fresh_name(&self) -> String {
        let count = self.fresh.get();
        self.fresh.set(count.wrapping_add(1));
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let mut hasher = blake3::Hasher::new_derive_key("sohoa 2026 message that is never the same");
        hasher.update(&since.as_nanos().to_le_bytes()).update(&std::process::id().to_le_bytes()).update(&count.to_le_bytes());
        hasher.finalize().to_hex().chars().take(32).collect()
    }

    /// Sends a message, again and again while it makes sense; `message` names it in each try, and `proof` says what
    /// shows that it was taken.
    pub(crate) fn ask(&self, mut request: Request, message: &str, proof: Proof) -> Asked {
        request.headers.push((self.table.message_header.clone(), message.to_owned()));
        let mut pause = self.settings.pause_seconds;
        let mut may_be_there = false;
        let mut tries = 1;
        loop {
            self.keep_pace();
            let cause = match self.wire.post(&request) {
                Ok(response) if is_elsewhere(&response) => return Asked::Elsewhere(said(&response)),
                Ok(response) => match self.understood(&response, proof) {
                    Some(answer) => return Asked::Answered(answer),
                    // The portal has trouble of its own, and may have done it.
                    None => {
                        may_be_there = true;
                        said(&response)
                    }
                },
                Err(Lost::NoAnswer(cause)) => {
                    may_be_there = true;
                    cause
                }
                Err(Lost::NotSent(cause)) => cause,
            };
            if tries >= self.settings.tries {
                return if may_be_there { Asked::Unknown(cause) } else { Asked::NotSent(cause) };
            }
            tries += 1;
            (self.sleep)(Duration::try_from_secs_f64(pause).unwrap_or_default());
            pause = (pause * 2.0).min(LONGEST_PAUSE);
        }
    }

    /// Waits until the portal may be asked again.
    fn keep_pace(&self) {
        if self.settings.requests_per_second > 0.0 {
            let least = Duration::try_from_secs_f64(1.0 / self.settings.requests_per_second).unwrap_or_default();
            let past = self.last.get().map_or(least, |last| last.elapsed());
            if let Some(rest) = least.checked_sub(past).filter(|rest| !rest.is_zero()) {
                (self.sleep)(rest);
            }
        }
        self.last.set(Some(Instant::now()));
    }

    /// What an answer means; none where trying again can help.
    fn understood(&self, response: &Response, proof: Proof) -> Option<Answer> {
        let Response { status, body } = response;
        let member = |name: &String| body.get(name).and_then(text_of).filter(|text| !text.is_empty());
        let text = self.table.text_members.iter().find_map(member).unwrap_or_default();
        let code = member(&self.table.code_member);
        let folded = text.to_lowercase();
        let is_one_of = |codes: &[String]| code.as_ref().is_some_and(|code| codes.contains(code));
        let is_there = self.table.exists.iter().any(|words| folded.contains(words.as_str()));
        match status {
            401 | 403 => Some(Answer::Ended),
            409 => Some(Answer::Exists),
            // What is no JSON was not said by the portal but by something before it.
            _ if body.is_null() => None,
            200..=299 if proof == Proof::Code && is_one_of(&self.table.good) => Some(Answer::Taken(body.clone())),
            _ if is_there => Some(Answer::Exists),
            200..=299 if is_one_of(&self.table.ended) => Some(Answer::Ended),
            200..=299 if is_one_of(&self.table.good) => Some(Answer::Taken(body.clone())),
            200..=299 if code.is_none() && proof == Proof::Content => Some(Answer::Taken(body.clone())),
            200..=299 if code.is_none() => None,
            408 | 425 | 429 | 500..=599 => None,
            _ => {
                let code = code.unwrap_or_else(|| format!("HTTP {status}"));
                Some(Answer::Refused(if text.is_empty() { code } else { format!("[{code}] {text}") }))
            }
        }
    }

    /// The session or token of an answer to logging in.
    pub(crate) fn session(&self, asked: Asked) -> Result<String, Failure> {
        let unreachable = |cause: Cause| Failure::new(FailureCode::PortalUnreachable).because(cause);
        match asked {
            Asked::Answered(Answer::Taken(body)) => {
                let session = self.table.session_members.iter().find_map(|name| body.get(name).and_then(text_of));
                session.ok_or_else(|| unreachable(Cause::said("no session in the answer")))
            }
            Asked::Answered(Answer::Refused(said)) => Err(Failure::new(FailureCode::PortalLogin).because(Cause::said(said))),
            Asked::Answered(_) => Err(Failure::new(FailureCode::PortalLogin)),
            Asked::Unknown(cause) | Asked::NotSent(cause) => Err(unreachable(cause)),
            Asked::Elsewhere(cause) => Err(elsewhere(cause)),
        }
    }
}

/// Whether something else answers at that address: it sends us on, or knows no such path.
fn is_elsewhere(response: &Response) -> bool {
    matches!(response.status, 300..=399) || response.status == 404 && response.body.is_null()
}

fn said(response: &Response) -> Cause {
    Cause::said(format!("HTTP {}", response.status))
}

/// The address or the paths of a portal are others than the settings say.
pub(super) fn elsewhere(cause: Cause) -> Failure {
    Failure::new(FailureCode::SettingsInvalid).at(Place::setting("consumers.portal.url")).because(cause)
}

/// A value as text, whichever way a portal writes it.
pub(super) fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::path::Path;

    use serde_json::json;

    use super::*;
    use crate::portal::tables::Tables;
    use crate::portal::wire::Body;

    struct Script {
        answers: RefCell<Vec<Result<Response, Lost>>>,
        asked: RefCell<Vec<String>>,
    }

    impl Wire for Script {
        fn post(&self, request: &Request) -> Result<Response, Lost> {
            self.asked.borrow_mut().push(request.headers[0].1.clone());
            self.answers.borrow_mut().remove(0)
        }
    }

    /// What comes of these answers, how often was asked, and how long was waited.
    fn asked(answers: Vec<Result<Response, Lost>>) -> (Asked, usize, Vec<u64>) {
        asked_for(answers, Proof::New)
    }

    fn asked_for(answers: Vec<Result<Response, Lost>>, proof: Proof) -> (Asked, usize, Vec<u64>) {
        let tables = Tables::load(Path::new("")).unwrap();
        let settings = PortalSettings { tries: 4, pause_seconds: 1.0, requests_per_second: 0.0, ..PortalSettings::default() };
        let script = Script { answers: RefCell::new(answers), asked: RefCell::default() };
        let waited = RefCell::new(Vec::new());
        let sleep = |pause: Duration| waited.borrow_mut().push(pause.as_secs());
        let client = Client::new(&script, &settings, &tables.mc, &sleep);
        let request = Request { path: String::new(), headers: vec![], body: Body::Json(Value::Null) };
        let asked = client.ask(request, "m1", proof);
        assert!(script.asked.borrow().iter().all(|message| message == "m1"), "each try has the name of the message");
        let count = script.asked.borrow().len();
        (asked, count, waited.into_inner())
    }

    fn said(status: u16, body: Value) -> Result<Response, Lost> {
        Ok(Response { status, body })
    }

    #[test]
    fn answers_are_understood_by_the_table() {
        let answer = |status, body: Value| asked(vec![said(status, body)]).0;
        let refused = |text: &str| Asked::Answered(Answer::Refused(text.into()));
        assert_eq!(answer(200, json!({"error_code": "00"})), Asked::Answered(Answer::Taken(json!({"error_code": "00"}))));
        assert!(matches!(answer(200, json!({"error_code": 0})), Asked::Answered(Answer::Taken(_))));
        for code in [json!(0), json!("3"), json!(-3)] {
            let told = json!({"error_code": code, "message": "Hồ sơ ĐÃ TỒN TẠI trên hệ thống"});
            assert_eq!(answer(200, told), Asked::Answered(Answer::Exists));
        }
        assert_eq!(answer(200, json!({"error_code": 7, "message": "Thiếu MaTTHC"})), refused("[7] Thiếu MaTTHC"));
        assert_eq!(answer(400, json!({})), refused("HTTP 400"));
        assert_eq!(answer(401, Value::Null), Asked::Answered(Answer::Ended));
        assert_eq!(answer(200, json!({"error_code": "-1"})), Asked::Answered(Answer::Ended));
    }

    /// A change that was taken may say that the dossier is there: that is what it changes.
    #[test]
    fn a_good_code_counts_before_the_words_of_an_answer_to_a_change() {
        let told = json!({"error_code": "00", "message": "Hồ sơ đã tồn tại, đã cập nhật"});
        let answer = |proof| asked_for(vec![said(200, told.clone())], proof).0;
        assert_eq!(answer(Proof::Code), Asked::Answered(Answer::Taken(told.clone())));
        assert_eq!(answer(Proof::New), Asked::Answered(Answer::Exists));
        let other = json!({"error_code": "3", "message": "Hồ sơ đã tồn tại"});
        assert_eq!(asked_for(vec![said(200, other)], Proof::Code).0, Asked::Answered(Answer::Exists));
    }

    #[test]
    fn an_answer_without_a_code_takes_no_dossier() {
        let four = |body: Value| (0..4).map(|_| said(200, body.clone())).collect::<Vec<_>>();
        let told = json!({"message": "Đang bảo trì"});
        for proof in [Proof::New, Proof::Code] {
            assert!(matches!(asked_for(four(told.clone()), proof).0, Asked::Unknown(_)));
        }
        assert!(matches!(asked_for(four(json!({"session": "s"})), Proof::Content).0, Asked::Answered(Answer::Taken(_))));
    }

    #[test]
    fn a_page_in_place_of_an_answer_rejects_nothing() {
        for status in [400, 405, 413, 422] {
            let (answer, tries, _) = asked((0..4).map(|_| said(status, Value::Null)).collect());
            assert!(matches!(answer, Asked::Unknown(_)) && tries == 4, "{status} {answer:?}");
        }
        for (status, body) in [(302, Value::Null), (301, json!({})), (404, Value::Null)] {
            let (answer, tries, _) = asked(vec![said(status, body)]);
            assert!(matches!(answer, Asked::Elsewhere(_)) && tries == 1, "{status} {answer:?}");
        }
        assert_eq!(asked(vec![said(409, Value::Null)]).0, Asked::Answered(Answer::Exists));
    }

    #[test]
    fn what_can_pass_is_tried_again_with_growing_pauses_and_what_may_have_arrived_is_unknown() {
        let good = || said(200, json!({"error_code": "00"}));
        let lost = || Err(Lost::NoAnswer(Cause::said("closed")));
        let not_sent = || Err(Lost::NotSent(Cause::said("refused")));
        let (answer, tries, waited) = asked(vec![said(502, Value::Null), lost(), not_sent(), good()]);
        assert!(matches!(answer, Asked::Answered(Answer::Taken(_))));
        assert_eq!((tries, waited), (4, vec![1, 2, 4]));
        assert!(matches!(asked(vec![lost(), not_sent(), not_sent(), not_sent()]).0, Asked::Unknown(_)), "the first may be there");
        assert!(matches!(asked(vec![not_sent(), not_sent(), not_sent(), not_sent()]).0, Asked::NotSent(_)));
        let (answer, tries, _) = asked(vec![said(404, json!({"message": "không có"}))]);
        assert_eq!((answer, tries), (Asked::Answered(Answer::Refused("[HTTP 404] không có".into())), 1));
    }
}
