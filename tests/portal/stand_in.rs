//! A portal that stands in for the real ones: an HTTP server on loopback that keeps to what is known of
//! variants A and B, with its state on the disk and faults on demand. Tests use it, and integrators (`make portal`).

use std::collections::{BTreeMap, VecDeque};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// What goes wrong with a request.
#[derive(Debug, Clone, PartialEq)]
#[allow(dead_code)]
pub enum Fault {
    /// Nothing is done, and the status is 500.
    Broken,
    /// All is done, and nothing is answered.
    DoneAndClosed,
    /// Nothing is done, and the connection ends.
    Closed,
    /// All is done, and the answer comes too late.
    Late(Duration),
    /// A file is said to have another hash.
    WrongHash,
    /// The session is said to have ended.
    SessionEnded,
    /// It is not taken.
    Refused(&'static str),
}

/// What the portal keeps.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// Dossiers by MaHoSo.
    pub dossiers: BTreeMap<String, Value>,
    /// Entries of progress, as they came.
    pub progress: Vec<Value>,
    /// Files: SHA-256 by the id that they were given.
    pub files: BTreeMap<String, String>,
    /// Answers by the names of messages: whoever sends one again is told the same.
    pub answered: BTreeMap<String, Value>,
}

impl State {
    /// What of it must be as if nothing had gone wrong: names given to files depend on when they came, and work is
    /// told with its time.
    #[allow(dead_code)]
    pub fn essence(&self) -> (BTreeMap<String, Value>, Vec<String>, Vec<String>, usize) {
        let mut dossiers = self.dossiers.clone();
        for dossier in dossiers.values_mut() {
            self.name_files_by_hash(dossier);
        }
        let without_time = |entry: &Value| {
            let mut entry = entry.clone();
            let _ = entry.as_object_mut().and_then(|members| members.remove("ThoiDiemXuLy"));
            entry.to_string()
        };
        let mut progress: Vec<String> = self.progress.iter().map(without_time).collect();
        progress.sort();
        let mut files: Vec<String> = self.files.values().cloned().collect();
        files.sort();
        (dossiers, progress, files, self.answered.len())
    }

    fn name_files_by_hash(&self, value: &mut Value) {
        match value {
            Value::Array(values) => values.iter_mut().for_each(|value| self.name_files_by_hash(value)),
            Value::Object(members) => {
                if let Some(id) = members.get("IdGiayTo").and_then(Value::as_str).and_then(|id| self.files.get(id)) {
                    members.insert("IdGiayTo".into(), id.clone().into());
                }
                members.values_mut().for_each(|value| self.name_files_by_hash(value));
            }
            _ => {}
        }
    }
}

#[derive(Default)]
struct Shared {
    state: State,
    requests: usize,
    sessions: usize,
    faults: VecDeque<(usize, Fault)>,
    required: Vec<String>,
    largest: usize,
}

/// A running stand-in.
#[derive(Clone)]
pub struct StandIn {
    pub address: SocketAddr,
    file: PathBuf,
    shared: Arc<Mutex<Shared>>,
}

/// Most bytes of a file, as a portal in use has it.
const LARGEST: usize = 6_000_000;
/// The fields that variant A asks for.
const REQUIRED: [&str; 7] = ["MaHoSo", "MaTTHC", "TenTTHC", "MaLinhVuc", "TenLinhVuc", "NgayTiepNhan", "TrangThaiHoSo"];
/// The fields that variant B asks for.
const REQUIRED_B: [&str; 6] = ["MaHoSo", "MaTTHC", "ChuHoSo", "LoaiDoiTuong", "MaDonViTiepNhan", "NgayTiepNhan"];

impl StandIn {
    /// Starts one on this port (0: any) with what an earlier one kept in `folder`.
    pub fn start(folder: &Path, port: u16) -> Self {
        let file = folder.join("portal.json");
        let state = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Shared { state, required: REQUIRED.map(String::from).into(), largest: LARGEST, ..Shared::default() };
        let this = Self { address, file, shared: Arc::new(Mutex::new(shared)) };
        let serving = this.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                thread::spawn(move || drop(serving.serve(stream)));
            }
        });
        this
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets something go wrong with the request of this number, from 0, counted from now.
    #[allow(dead_code)]
    pub fn fail(&self, request: usize, fault: Fault) {
        let mut shared = self.lock();
        let at = shared.requests + request;
        shared.faults.push_back((at, fault));
    }

    /// Nothing goes wrong from now on.
    #[allow(dead_code)]
    pub fn calm(&self) {
        self.lock().faults.clear();
    }

    /// Asks for another field from now on.
    #[allow(dead_code)]
    pub fn require(&self, field: &str) {
        self.lock().required.push(field.to_owned());
    }

    /// Takes no files of more bytes from now on.
    #[allow(dead_code)]
    pub fn take_up_to(&self, bytes: usize) {
        self.lock().largest = bytes;
    }

    /// What it keeps.
    #[allow(dead_code)]
    pub fn state(&self) -> State {
        self.lock().state.clone()
    }

    /// How many requests came.
    #[allow(dead_code)]
    pub fn requests(&self) -> usize {
        self.lock().requests
    }

    fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let Some(request) = Request::read(&mut reader)? else { return Ok(()) };
        let (answer, fault) = {
            let mut shared = self.lock();
            let number = shared.requests;
            let place = shared.faults.iter().position(|(at, _)| *at == number);
            let fault = place.and_then(|place| shared.faults.remove(place)).map(|(_, fault)| fault);
            let before = shared.state.clone();
            let answer = match &fault {
                Some(Fault::Broken) => Some((500, json!({ "message": "Lỗi hệ thống" }))),
                Some(Fault::Closed) => None,
                Some(Fault::SessionEnded) => Some((401, Value::Null)),
                Some(Fault::Refused(reason)) => Some((200, json!({ "error_code": "9", "code": "9", "message": reason }))),
                fault => Some(shared.answer(&request, fault.as_ref())),
            };
            if shared.state != before {
                self.keep(&shared.state)?;
            }
            shared.requests += 1;
            (answer, fault)
        };
        match fault {
            Some(Fault::DoneAndClosed | Fault::Closed) => return Ok(()),
            Some(Fault::Late(pause)) => thread::sleep(pause),
            _ => {}
        }
        let Some((status, body)) = answer else { return Ok(()) };
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut stream = stream;
        write!(
            stream,
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )?;
        stream.flush()
    }

    /// Keeps the state before anything is answered.
    fn keep(&self, state: &State) -> std::io::Result<()> {
        let beside = self.file.with_extension("new");
        fs::write(&beside, serde_json::to_vec_pretty(state).unwrap_or_default())?;
        fs::rename(beside, &self.file)
    }
}

struct Request {
    path: String,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Request {
    fn read(reader: &mut impl BufRead) -> std::io::Result<Option<Self>> {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let path = line.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            headers.insert(name.to_lowercase(), value.trim().to_owned());
        }
        let length: usize = headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        Ok(Some(Self { path, headers, body }))
    }

    fn message(&self) -> String {
        self.headers.get("x-message-id").cloned().unwrap_or_default()
    }
}

fn refused(text: &str) -> (u16, Value) {
    (200, json!({ "error_code": "7", "code": "7", "message": text }))
}

fn good() -> Value {
    json!({ "error_code": "00", "code": "0", "message": "Thành công" })
}

impl Shared {
    fn answer(&mut self, request: &Request, fault: Option<&Fault>) -> (u16, Value) {
        let body: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
        if matches!(request.path.as_str(), "Login" | "token") {
            self.sessions += 1;
            let session = format!("s{}", self.sessions);
            return (200, json!({ "session": session, "access_token": session, "error_code": 0, "code": 0 }));
        }
        let session = match request.headers.get("authorization") {
            Some(bearer) => bearer.strip_prefix("Bearer ").unwrap_or_default().to_owned(),
            None => body["session"].as_str().unwrap_or_default().to_owned(),
        };
        if !session.starts_with('s') {
            return (401, Value::Null);
        }
        if let Some(known) = self.state.answered.get(&request.message()) {
            return (200, known.clone());
        }
        let (status, answer) = match request.path.as_str() {
            "Call" => self.service(&body),
            "files" => self.file(&request.body, fault),
            "dossiers" => self.dossier_b(&body, "False"),
            "dossiers/update" => self.dossier_b(&body, "True"),
            "progress" => self.progress(&body),
            _ => (404, Value::Null),
        };
        let is_good = answer["error_code"] == "00";
        if is_good && !request.message().is_empty() {
            self.state.answered.insert(request.message(), answer.clone());
        }
        (status, answer)
    }

    /// Variant A.
    fn service(&mut self, body: &Value) -> (u16, Value) {
        if body["madonvi"].as_str().is_none_or(str::is_empty) {
            return refused("Thiếu madonvi");
        }
        match body["service"].as_str() {
            Some("DongBoHoSoMC") => {
                for dossier in body["data"].as_array().into_iter().flatten() {
                    if let Some(fault) = self.fault_of(dossier) {
                        return refused(&fault);
                    }
                    let answer = self.put(dossier, body["isUpdating"].as_str().unwrap_or_default());
                    if answer.1["error_code"] != "00" {
                        return answer;
                    }
                }
                (200, good())
            }
            Some("CapNhatTienDoHoSoMC") => self.progress(&body["data"]),
            _ => refused("Không có dịch vụ"),
        }
    }

    /// What variant A does not take.
    fn fault_of(&self, dossier: &Value) -> Option<String> {
        let is_missing = |field: &&String| dossier[field.as_str()].as_str().is_none_or(str::is_empty);
        if let Some(field) = self.required.iter().find(is_missing) {
            return Some(format!("Thiếu trường {field}"));
        }
        let received = dossier["NgayTiepNhan"].as_str().unwrap_or_default();
        if received.len() != 14 || !received.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some("NgayTiepNhan phải có dạng yyyyMMddHHmmss".to_owned());
        }
        let papers = dossier["TaiLieuNop"].as_array().into_iter().flatten();
        let all_texts = |value: &Value| value.as_object().is_some_and(|members| members.values().all(Value::is_string));
        papers.into_iter().any(|paper| !all_texts(paper)).then(|| "Giá trị phải là chuỗi".to_owned())
    }

    fn dossier_b(&mut self, dossier: &Value, is_change: &str) -> (u16, Value) {
        let is_missing = |field: &&&str| dossier[**field].as_str().is_none_or(str::is_empty);
        if let Some(field) = REQUIRED_B.iter().find(is_missing) {
            return refused(&format!("Thiếu trường {field}"));
        }
        for papers in ["ThanhPhanHoSo", "DanhSachGiayToKetQua"] {
            for paper in dossier[papers].as_array().into_iter().flatten() {
                for file in paper["GiayToDinhKem"].as_array().into_iter().flatten() {
                    let hash = file["IdGiayTo"].as_str().and_then(|id| self.state.files.get(id));
                    if hash.map(String::as_str) != file["HashTepTin"].as_str() {
                        return refused("HashTepTin không khớp tệp đã tải lên");
                    }
                }
            }
        }
        self.put(dossier, is_change)
    }

    fn put(&mut self, dossier: &Value, is_change: &str) -> (u16, Value) {
        let code = dossier["MaHoSo"].as_str().unwrap_or_default().to_owned();
        match (self.state.dossiers.contains_key(&code), is_change) {
            (true, "False") => (200, json!({ "error_code": "3", "code": "3", "message": "Hồ sơ đã tồn tại" })),
            (false, "True") => refused("Hồ sơ không tồn tại để cập nhật"),
            _ => {
                self.state.dossiers.insert(code, dossier.clone());
                (200, good())
            }
        }
    }

    fn progress(&mut self, entries: &Value) -> (u16, Value) {
        let entries = entries.as_array().cloned().unwrap_or_default();
        if entries.len() > 10 {
            return refused("Tối đa 10 bản ghi tiến độ");
        }
        let is_known = |entry: &Value| entry["MaHoSo"].as_str().is_some_and(|code| self.state.dossiers.contains_key(code));
        if !entries.iter().all(is_known) {
            return refused("Hồ sơ chưa có trên hệ thống");
        }
        self.state.progress.extend(entries);
        (200, good())
    }

    fn file(&mut self, form: &[u8], fault: Option<&Fault>) -> (u16, Value) {
        let find = |needle: &[u8], from: usize| {
            form.get(from..)?.windows(needle.len()).position(|window| window == needle).map(|place| from + place)
        };
        let Some(start) = find(b"\r\n\r\n", 0).map(|place| place + 4) else { return refused("Không có tệp") };
        let Some(end) = find(b"\r\n--sohoa-", start) else { return refused("Không có tệp") };
        if end - start > self.largest {
            return refused(&format!("Tệp vượt quá {} byte", self.largest));
        }
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let hash = hex(&Sha256::digest(&form[start..end]));
        if fault == Some(&Fault::WrongHash) {
            return (200, json!({ "code": "0", "IdTepTin": "?", "HashTepTin": "00" }));
        }
        let id = format!("tep-{}", self.state.files.len() + 1);
        self.state.files.insert(id.clone(), hash.clone());
        let mut answer = good();
        answer["IdTepTin"] = id.into();
        answer["HashTepTin"] = hash.into();
        (200, answer)
    }
}
