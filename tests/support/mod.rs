//! What the tests share: a place to work in, the programs, and small scans.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::Value;
use tempfile::TempDir;

pub const CODE_A: &str = "H38.16-230706-0012";
pub const CODE_B: &str = "H38.16-230706-0013";

/// A folder with an inbox and a place for a repository.
pub struct Place {
    folder: TempDir,
    engine: &'static str,
}

/// What a program left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The same, after checking the exit code.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{}\n{}", self.stdout, self.stderr);
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Place {
    /// A place where pages are "read" by the test engine of this name.
    pub fn with_engine(engine: &'static str) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap(), engine };
        fs::create_dir(place.inbox()).unwrap();
        place
    }

    /// A place where pages are read by Tesseract.
    pub fn with_tesseract() -> Self {
        Self::with_engine("tesseract")
    }

    /// A place where pages are read by the program's own reader.
    pub fn with_own_reader() -> Self {
        Self::with_engine("sohoa")
    }

    /// The same place, where pages are read by the engine of this name from now on.
    pub fn read_by(self, engine: &'static str) -> Self {
        Self { engine, ..self }
    }

    /// A place whose inbox held one page of [`CODE_A`], which is sealed now.
    pub fn with_one_sealed_page() -> Self {
        let place = Self::with_engine("stub");
        place.put(&format!("{CODE_A}/1.png"), &png_page(1));
        place.run().expect_code(0);
        place
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn inbox(&self) -> PathBuf {
        self.path().join("inbox")
    }

    pub fn repository(&self) -> PathBuf {
        self.path().join("repository")
    }

    /// The program with `arguments` (and the repository named), ready to start.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let program = Path::new(env!("CARGO_BIN_EXE_sohoa"));
        let program = match self.engine {
            "sohoa" | "tesseract" => program.to_owned(),
            // Examples are built beside the program by `cargo test`.
            _ => program.with_file_name("examples").join("test_engines"),
        };
        assert!(program.exists(), "{} is not built: run all tests, not one target of them", program.display());
        let mut command = Command::new(program);
        command
            .args(arguments)
            // Whatever this machine's own settings are.
            .env("SOHOA_CONFIG", "/dev/null")
            .env("SOHOA_REPOSITORY", self.repository())
            .env("SOHOA__RECOGNISE__ENGINE", self.engine)
            .env("SOHOA__INBOX__SETTLE_SECONDS", "0.2")
            // The pages of tests are thumbnails.
            .env("SOHOA__QUALITY__LOWEST_DPI", "30")
            .stdin(Stdio::null());
        command
    }

    pub fn sohoa(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().unwrap().into()
    }

    /// Runs the batch over the inbox with JSON output.
    pub fn run(&self) -> Ran {
        self.run_with(&[])
    }

    pub fn run_command(&self, more: &[&str]) -> Command {
        let mut command = self.command(&["run", "--json", "--jobs", "2"]);
        command.arg("--inbox").arg(self.inbox()).args(more);
        command
    }

    pub fn run_with(&self, more: &[&str]) -> Ran {
        self.run_command(more).output().unwrap().into()
    }

    /// Starts a run and does not wait for it.
    pub fn start_run(&self) -> Child {
        self.run_command(&[]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// Puts a file into the inbox, dated a day in the past so that it counts as settled and every
    /// copy has the same date.
    pub fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.inbox().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        settle(&path);
        path
    }

    /// All records of all manifests, by what people call them, without the times at which they were
    /// sealed and without ids, which cover the times.
    pub fn exported(&self) -> BTreeMap<String, Value> {
        let mut names: Vec<_> = fs::read_dir(self.repository().join("exports")).unwrap().map(|e| e.unwrap().path()).collect();
        names.sort();
        let mut records = BTreeMap::new();
        for name in names {
            let manifest: Value = serde_json::from_slice(&fs::read(name).unwrap()).unwrap();
            for mut record in manifest["records"].as_array().unwrap().clone() {
                for of_this_time in ["sealed_at", "id", "supersedes"] {
                    record.as_object_mut().unwrap().remove(of_this_time);
                }
                let name = format!("{} {} v{}", record["dossier_code"], record["kind"], record["version"]);
                assert!(records.insert(name, record).is_none(), "a record was exported twice");
            }
        }
        records
    }
}

/// Asserts that a verb ended with this exit code and named this reason.
#[track_caller]
pub fn refused(ran: Ran, exit: i32, code: &str) {
    let ran = ran.expect_code(exit);
    assert!(ran.stderr.contains(&format!("[{code}]")), "{}", ran.stderr);
}

/// All records of a dossier as `show` tells them, the oldest version first.
pub fn versions(place: &Place, code: &str) -> Vec<Value> {
    let shown = place.sohoa(&["show", code, "--json"]).expect_code(0).json();
    shown["records"].as_array().unwrap().clone()
}

/// The last of [`versions`].
pub fn newest(place: &Place, code: &str) -> Value {
    versions(place, code).pop().unwrap()
}

/// Where the sealed file of a record's first document lies.
pub fn sealed_file(record: &Value) -> PathBuf {
    PathBuf::from(record["files"][0]["path"].as_str().unwrap())
}

/// What a program of poppler says of a file.
pub fn poppler(program: &str, arguments: &[&str], file: &Path) -> String {
    let mut command = Command::new(program);
    command.args(arguments).arg(file);
    if program == "pdftotext" {
        command.arg("-");
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Dates a file to a fixed moment in the past, in May 2026: after the papers of the tests were issued.
pub fn settle(path: &Path) {
    let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_000_000);
    File::options().write(true).open(path).unwrap().set_modified(moment).unwrap();
}

/// A small grey page as PNG, each `number` a different one; portrait unless said otherwise.
pub fn png_page(number: u32) -> Vec<u8> {
    page(number, 330, 466)
}

/// The same lying on its side: what the faulty engines stumble over.
pub fn landscape_page(number: u32) -> Vec<u8> {
    page(number, 466, 330)
}

fn page(number: u32, width: u32, height: u32) -> Vec<u8> {
    let mut image = image::GrayImage::from_pixel(width, height, image::Luma([250]));
    // Bars like lines of print; one of them spells the number in bits.
    for row in 0..12 {
        let top = 40 + row * 22;
        for y in top..top + 8 {
            for x in 40..width - 40 {
                let place = (x - 40) / 8;
                let ink = if row == 5 { place < 32 && number >> place & 1 == 1 } else { x / 4 % 3 != 0 };
                if ink {
                    image.put_pixel(x, y, image::Luma([20]));
                }
            }
        }
    }
    let mut bytes = Vec::new();
    image.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

/// A file that came with the project.
pub fn project_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Copies a folder with all it holds; every file gets the fixed date.
pub fn copy_folder(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(&target).unwrap();
        } else {
            fs::copy(entry.path(), &target).unwrap();
            settle(&target);
        }
    }
}

/// Asserts that a ledger balances and says how many pages it has of each outcome.
#[track_caller]
pub fn expect_ledger(report: &Value, scanned: u64, sealed: u64, blank: u64, waiting: u64, refused: u64) {
    let ledger = &report["ledger"];
    let expected = serde_json::json!({
        "scanned": scanned, "sealed": sealed, "separators": 0, "blank": blank, "waiting": waiting, "refused": refused
    });
    assert_eq!(ledger, &expected, "{report:#}");
    assert_eq!(scanned, sealed + blank + waiting + refused);
}

/// The failure codes of a report's exceptions by file.
pub fn exceptions(report: &Value) -> BTreeMap<String, String> {
    report["exceptions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (line["path"].as_str().unwrap().to_owned(), line["failure"]["code"].as_str().unwrap().to_owned()))
        .collect()
}

/// A scanner's PDF of two pages, each with one JPEG that covers it.
pub fn two_page_pdf() -> Vec<u8> {
    use pdf_writer::{Content, Filter, Finish, Name, Pdf, Rect, Ref};
    let (catalog, tree, size) = (Ref::new(1), Ref::new(2), Rect::new(0.0, 0.0, 238.0, 336.0));
    let pages: Vec<[Ref; 3]> = (0..2).map(|page| [0, 1, 2].map(|part| Ref::new(3 + page * 3 + part))).collect();
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids(pages.iter().map(|[page, _, _]| *page)).count(2);
    for (number, [page, image, content]) in (0..).zip(pages) {
        let mut writer = pdf.page(page);
        writer.parent(tree).media_box(size).contents(content);
        writer.resources().x_objects().pair(Name(b"Im"), image);
        writer.finish();
        let picture = image::load_from_memory(&png_page(500 + number)).unwrap();
        let mut jpeg = Vec::new();
        picture.write_to(&mut std::io::Cursor::new(&mut jpeg), image::ImageFormat::Jpeg).unwrap();
        let mut object = pdf.image_xobject(image, &jpeg);
        object.filter(Filter::DctDecode);
        object.width(330).height(466).bits_per_component(8);
        object.color_space().device_gray();
        object.finish();
        let mut draw = Content::new();
        draw.transform([238.0, 0.0, 0.0, 336.0, 0.0, 0.0]).x_object(Name(b"Im"));
        pdf.stream(content, &draw.finish());
    }
    pdf.finish()
}

/// A TIFF of these pages, at 100 dpi.
pub fn tiff_of(pages: &[image::GrayImage]) -> Vec<u8> {
    use tiff::encoder::{Rational, TiffEncoder, colortype::Gray8};
    use tiff::tags::ResolutionUnit;
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
    for page in pages {
        let mut image = encoder.new_image::<Gray8>(page.width(), page.height()).unwrap();
        image.resolution(ResolutionUnit::Inch, Rational { n: 100, d: 1 });
        image.write_data(page.as_raw()).unwrap();
    }
    bytes.into_inner()
}
