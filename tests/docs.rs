//! What the documents tell is typed as it stands there, in both languages, and does what it says.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use clap::error::ErrorKind;
use sohoa::model::failure::Language;

use crate::support::{CODE_A, CODE_B, Place, Ran, copy_folder, png_page, project_file, tiff_of, two_page_pdf};

/// The commands of a document that have a name, as `make test-deb` runs them.
fn named_commands(document: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(project_file(document)).unwrap();
    let mut blocks = BTreeMap::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("```sh ") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.insert(name.to_owned(), block.join("\n"));
        }
    }
    blocks
}

#[test]
fn the_vietnamese_administrator_types_what_the_english_one_types() {
    let english = named_commands("docs/administration.md");
    assert!(english.len() > 10, "{english:?}");
    assert_eq!(named_commands("docs/administration.vi.md"), english);
}

/// A page in two languages has the same sections and the same to type, and each leads to the other.
#[test]
fn pages_in_two_languages_keep_level() {
    let pages: BTreeMap<String, String> = documents().into_iter().collect();
    let sections = |text: &str| text.lines().filter(|line| line.starts_with("## ")).count();
    let typed = |text: &str| -> Vec<String> {
        typed_lines(text).iter().map(|line| line.split(" #").next().unwrap().trim().to_owned()).collect()
    };
    let mut pairs = 0;
    for (name, vietnamese) in pages.iter().filter(|(name, _)| name.ends_with(".vi.md")) {
        let other = name.replace(".vi.md", ".md");
        let english = &pages[&other];
        assert!(english.contains(&format!("]({name})")), "{other} does not lead to {name}");
        assert!(vietnamese.contains(&format!("]({other})")), "{name} does not lead to {other}");
        assert_eq!(typed(vietnamese), typed(english), "{name}");
        // The clerk's page is written for staff, in Vietnamese; the English one is a shorter account of it.
        assert!(name == "clerk.vi.md" || sections(vietnamese) == sections(english), "{name}");
        pairs += 1;
    }
    assert!(pairs >= 8, "{pairs} pages");
}

/// Whoever installs by the README types what `make test-deb` has tried.
#[test]
fn the_ten_minutes_of_the_readme_are_those_that_are_tried() {
    let tried: String = named_commands("docs/administration.md").into_values().collect::<Vec<_>>().join("\n");
    let text = fs::read_to_string(project_file("README.md")).unwrap();
    let first = text.split("## In ten minutes").nth(1).unwrap().split("\n## ").next().unwrap();
    let lines = typed_lines(first);
    let commands: Vec<&str> = lines.iter().map(|line| line.split(" #").next().unwrap().trim()).collect();
    let same = commands.iter().filter(|command| tried.lines().any(|line| line == **command));
    assert!(same.count() >= 5, "{commands:?}");
    for command in ["apt-get install -y ./sohoa_*_amd64.deb", "runuser -u sohoa -- sohoa run"] {
        assert!(commands.contains(&command) && tried.contains(command), "{command}: {commands:?}");
    }
}

/// README and all pages of `docs/`, by name.
fn documents() -> Vec<(String, String)> {
    let pages = fs::read_dir(project_file("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = pages.filter(|path| path.extension().is_some_and(|it| it == "md")).collect();
    paths.sort();
    paths.insert(0, project_file("README.md"));
    paths
        .into_iter()
        .map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap()))
        .collect()
}

/// The lines of blocks of commands.
fn typed_lines(text: &str) -> Vec<&str> {
    let mut is_shell = false;
    text.lines()
        .filter(|line| {
            if line.starts_with("```") {
                is_shell = line.starts_with("```sh");
                return false;
            }
            is_shell
        })
        .collect()
}

/// What stands in the text between backticks.
fn named_in_text(text: &str) -> Vec<&str> {
    let mut is_block = false;
    let plain = text.lines().filter(|line| {
        if line.starts_with("```") {
            is_block = !is_block;
            return false;
        }
        !is_block
    });
    plain.flat_map(|line| line.split('`').skip(1).step_by(2)).filter(|code| code.starts_with("sohoa ")).collect()
}

/// The words of a line as a shell takes them, up to the first sign that leads to another command or file; what leads
/// to the program, such as the account to run it, is left out.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut is_word, mut quote) = (Vec::new(), String::new(), false, None);
    for c in line.chars().chain([' ']) {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => (quote, is_word) = (Some(c), true),
            (Some(_), c) => word.push(c),
            (None, '#') if !is_word => break,
            (None, '|' | '<' | '>' | ';' | '&') => break,
            (None, c) if c.is_whitespace() => {
                if is_word {
                    words.push(std::mem::take(&mut word));
                }
                is_word = false;
            }
            (None, c) => {
                word.push(c);
                is_word = true;
            }
        }
    }
    let is_program = |word: &str| word == "sohoa" || word.ends_with("/bin/sohoa");
    // An account or a package of this name is none.
    let begins = |at: usize| at == 0 || words[at - 1] == "--";
    let at = (0..words.len()).find(|at| begins(*at) && is_program(&words[*at]));
    at.map_or_else(Vec::new, |at| words.split_off(at))
}

#[test]
fn lines_are_taken_apart_as_a_shell_does() {
    let told = |line| words(line).join("|");
    assert_eq!(told("runuser -u sohoa -- sohoa search 'quyết định' # x"), "sohoa|search|quyết định");
    assert_eq!(told("sohoa user add a --role clerk < mat-khau.txt"), "sohoa|user|add|a|--role|clerk");
    assert_eq!(told("sohoa search 'loai:\"quyết định\"' | head"), "sohoa|search|loai:\"quyết định\"");
    assert_eq!(told("cp a b && chown sohoa:sohoa b"), "");
    assert_eq!(told("install -d -o sohoa -g sohoa -m 0750 /mnt/sao-luu/sohoa"), "");
    assert_eq!(told("runuser -u sohoa -- /tmp/new/usr/bin/sohoa upgrade"), "/tmp/new/usr/bin/sohoa|upgrade");
}

#[test]
fn every_command_in_every_document_is_understood() {
    let (mut lines, mut mentions) = (0, 0);
    let mut wrong = Vec::new();
    for (name, text) in documents() {
        let typed = typed_lines(&text).into_iter().map(|line| (line, true));
        let all: Vec<(&str, bool)> = typed.chain(named_in_text(&text).into_iter().map(|line| (line, false))).collect();
        for (line, is_typed) in all {
            // A page that is run as a script keeps the code of a dossier in a variable.
            let words: Vec<_> = words(line).into_iter().map(|word| word.replace("$CODE", CODE_A)).collect();
            if words.is_empty() {
                continue;
            }
            *(if is_typed { &mut lines } else { &mut mentions }) += 1;
            let Err(error) = sohoa::cli::command(Language::En).try_get_matches_from(&words) else { continue };
            // What is named in a sentence may leave out what is typed with it, or stand for many.
            let is_unknown = matches!(error.kind(), ErrorKind::UnknownArgument | ErrorKind::InvalidSubcommand);
            let is_several = words.iter().any(|word| word.contains(['|', '…']) || word.ends_with(','));
            if is_typed || is_unknown && !is_several {
                wrong.push(format!("{name}: {line}\n{error}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(lines > 100 && mentions > 60, "{lines} lines, {mentions} in sentences");
}

/// The page for staff, made from the table of codes.
fn codes_in_vietnamese() -> String {
    use sohoa::model::failure::{FailureCode, Retry};
    use sohoa::words;
    let mut page = String::from(
        "# Bảng mã lỗi\n\n\
         Mỗi việc không xong có một mã, không bao giờ đổi nghĩa. Mã đứng trong báo cáo, trên trang làm việc, trong tên thư mục \
         `quarantine/<mã>/` và trong tệp `.reason.json` bên cạnh tệp bị từ chối. \"Thử lại\" cho biết khi nào làm lại thì có \
         ích: không (nội dung cũ thì vẫn hỏng), tự động (chương trình tự làm lại), hay sau khi xử lý theo cột \"Cần làm gì\". Bản \
         hai thứ tiếng: [failure-codes.md](failure-codes.md).\n\n\
         | Mã | Điều gì đã xảy ra | Cần làm gì | Thử lại |\n|---|---|---|---|\n",
    );
    for code in FailureCode::ALL {
        let again = match code.retry() {
            Retry::Never => "không",
            Retry::Later => "tự động",
            Retry::AfterOperator => "sau khi xử lý",
        };
        let [message, remedy] = [words::message, words::remedy].map(|words| words(*code, Language::Vi));
        page.push_str(&format!("| `{code}` | {message} | {remedy} | {again} |\n"));
    }
    page
}

#[test]
fn the_vietnamese_table_of_codes_is_the_programs() {
    let path = project_file("docs/failure-codes.vi.md");
    let made = codes_in_vietnamese();
    if std::env::var_os("SOHOA_UPDATE_DOCS").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "docs/failure-codes.vi.md: SOHOA_UPDATE_DOCS=1 cargo test --release --test main -- docs::");
}

/// Pages and pictures that a page leads to are there.
#[test]
fn no_link_of_a_document_leads_nowhere() {
    for (name, text) in documents() {
        let folder = project_file(if name == "README.md" { "." } else { "docs" });
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next()) {
            let path = link.split('#').next().unwrap();
            let is_ours = !path.is_empty() && !path.contains("://");
            assert!(!is_ours || folder.join(path).exists(), "{name}: {link}");
        }
    }
}

/// The package and the page for integrators give the schema by which manifests are written, and the package has what
/// its pages lead to.
#[test]
fn the_newest_schema_and_all_that_pages_lead_to_is_in_the_package() {
    let schemas = fs::read_dir(project_file("docs")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let version = |name: &str| name.strip_prefix("manifest.v")?.strip_suffix(".schema.json")?.parse::<u32>().ok();
    let newest = schemas.filter_map(|name| version(&name)).max().unwrap();
    let newest = format!("manifest.v{newest}.schema.json");
    let build = fs::read_to_string(project_file("packaging/debian/build")).unwrap();
    assert!(build.contains(&newest), "packaging/debian/build: {newest}");
    let page = fs::read_to_string(project_file("docs/integrator.md")).unwrap();
    assert!(page.contains(&newest), "docs/integrator.md: {newest}");
    for (name, text) in documents().into_iter().filter(|(name, _)| build.contains(&format!("docs/{name}"))) {
        let pictures = text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|link| link.ends_with(".jpg"));
        for picture in pictures {
            assert!(build.contains(picture), "packaging/debian/build: {picture} of {name}");
        }
    }
}

/// A place that holds what the documents speak of: dossiers with documents of several pages, and files that wait.
fn place_of_the_documents() -> Place {
    let place = Place::with_engine("stub");
    let pages = |numbers: std::ops::Range<u32>| {
        let pages: Vec<_> = numbers.map(|n| image::load_from_memory(&png_page(n)).unwrap().to_luma8()).collect();
        tiff_of(&pages)
    };
    place.put(&format!("{CODE_A}.001.tif"), &pages(0..6));
    place.put(&format!("{CODE_A}.002.tif"), &pages(10..13));
    place.put(&format!("{CODE_A}.003.tif"), &pages(20..22));
    place.put(&format!("{CODE_B}.001.png"), &png_page(30));
    for number in 1..4 {
        place.put(&format!("H38.23-260412-1763.00{number}.png"), &png_page(40 + number));
    }
    place.put("scans/scan0001.pdf", &two_page_pdf());
    place.put("scans/mo.jpg", &png_page(50));
    place.put("scans/stack.pdf", &pages(60..70));
    place.run().expect_code(3);
    place.put(&format!("{CODE_B}.002.png"), &png_page(31));
    // The second manifest.
    place.run().expect_code(3);
    let files = place.path().join("files");
    fs::create_dir(&files).unwrap();
    for (name, bytes) in [("trang-thieu.tif", pages(80..81)), ("quet-lai.jpg", png_page(81))] {
        fs::write(files.join(name), bytes).unwrap();
    }
    let register = format!(
        "MaHoSo,MaTTHC,TenTTHC,NgayTiepNhan,TrangThaiHoSo,ChuHoSo,LoaiDoiTuong\n\
         {CODE_A},1.005129,Đăng ký khai sinh,20230706083000,10,Nguyễn Thị Mẫu,1\n"
    );
    fs::write(files.join("so.csv"), register).unwrap();
    // What waits is settled by its bytes, wherever the file lies that is named.
    copy_folder(&place.inbox().join("scans"), &place.path().join("scans"));
    place
}

/// Pages whose commands need no other machine, account or package.
const RUN: [&str; 8] =
    ["README.md", "archivist.md", "archivist.vi.md", "backup.md", "backup.vi.md", "clerk.md", "clerk.vi.md", "integrator.md"];

/// Verbs that serve or wait until they are ended, or ask a person, and a key of somebody's own: `make test-deb` and
/// tests of their own start them.
const ELSEWHERE: [&str; 4] = ["sohoa watch", "sohoa serve", "sohoa init", "--identity"];
/// The engine of the tests reads nothing, so there is nothing to confirm or to correct, and finds no page poor: these
/// are understood, and refused.
const NOTHING_READ: [&str; 3] = ["sohoa field confirm", "sohoa text correct", "sohoa settle scans/mo.jpg"];

/// The arguments of a line, with the folders of the documents standing for those of the test.
fn arguments(line: &str, here: &Path, inbox: &Path) -> Vec<String> {
    let kho = here.join("repository");
    let stands_for = |word: &String| match word.as_str() {
        "/srv/scans" => inbox.display().to_string(),
        "/srv/kho" => kho.display().to_string(),
        "/var/lib/sohoa/repository" => here.join("restored").display().to_string(),
        "000001.json" | "000002.json" => kho.join("exports").join(word).display().to_string(),
        other if other.starts_with("/mnt/") || other.starts_with("/tmp/") => here.join(&other[5..]).display().to_string(),
        other => other.to_owned(),
    };
    let mut arguments: Vec<String> = words(line)[1..].iter().map(stands_for).collect();
    if arguments[0] == "run" && !line.contains("--inbox") {
        arguments.extend(["--inbox".to_owned(), inbox.display().to_string()]);
    }
    arguments
}

/// Each block by itself, on a repository and in a folder of its own.
#[test]
fn the_commands_of_readme_and_peoples_pages_run() {
    let place = place_of_the_documents();
    let (mut ran_well, mut wrong) = (0, Vec::new());
    for (name, text) in documents().into_iter().filter(|(name, _)| RUN.contains(&name.as_str())) {
        for (number, block) in text.split("\n```sh\n").skip(1).enumerate() {
            let here = place.path().join(format!("{name}-{number}"));
            copy_folder(&place.repository(), &here.join("repository"));
            for file in ["scans", "files"] {
                copy_folder(&place.path().join(file), &if file == "scans" { here.join(file) } else { here.clone() });
            }
            for line in block.lines().take_while(|line| *line != "```") {
                if words(line).is_empty() || ELSEWHERE.iter().any(|other| line.contains(other)) {
                    continue;
                }
                let arguments = arguments(line, &here, &place.inbox());
                let mut command = place.command(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
                command.env("SOHOA_REPOSITORY", here.join("repository")).current_dir(&here);
                command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
                let mut started = command.spawn().unwrap();
                // A password, for the one who asks; nobody else reads it.
                let _ = started.stdin.take().unwrap().write_all("mật khẩu đủ dài\n".as_bytes());
                let ran = Ran::from(started.wait_with_output().unwrap());
                let is_nothing_read = NOTHING_READ.iter().any(|one| line.contains(one)) && ran.code == Some(2);
                match ran.code {
                    // 3: some files of the place wait, on purpose.
                    Some(0 | 3) => ran_well += 1,
                    _ if is_nothing_read => {}
                    code => wrong.push(format!("{name}: {line}\n    {code:?} {}", ran.stderr)),
                }
            }
        }
    }
    assert!(wrong.is_empty() && ran_well > 50, "{ran_well} ran, and not:\n{}", wrong.join("\n"));
}
