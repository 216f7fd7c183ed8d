//! The letter about the night reaches a server of mail, and a night does not depend on it.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use crate::support::{CODE_A, Place, png_page, refused};

/// A server that takes one letter, or refuses its receiver, and tells what it was told.
fn server(refuses: bool) -> (String, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let served = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut say = { stream.try_clone().unwrap() };
        let mut said = Vec::new();
        stream.write_all(b"220 test ESMTP\r\n").unwrap();
        let mut is_letter = false;
        for line in BufReader::new(stream).lines() {
            let line = line.unwrap();
            let answer = match line.split(' ').next().unwrap_or_default() {
                "." if is_letter => {
                    is_letter = false;
                    "250 taken"
                }
                _ if is_letter => "",
                "EHLO" => "250-test\r\n250 8BITMIME",
                "RCPT" if refuses => "550 nobody of this name",
                "DATA" => {
                    is_letter = true;
                    "354 go on"
                }
                "QUIT" => "221 bye",
                _ => "250 so be it",
            };
            if !answer.is_empty() {
                say.write_all(format!("{answer}\r\n").as_bytes()).unwrap();
            }
            said.push(line);
        }
        said
    });
    (port, served)
}

fn night() -> Place {
    let place = Place::with_engine("stub");
    place.put(&format!("{CODE_A}/1.png"), &png_page(1));
    place.put("Nguyễn Văn Bí Mật.png", &png_page(2));
    place.run().expect_code(3);
    place
}

fn digest(place: &Place, port: &str, to: &str) -> crate::support::Ran {
    let mut command = place.command(&["digest", "--send"]);
    command.env("SOHOA__MAIL__SERVER", "127.0.0.1").env("SOHOA__MAIL__PORT", port).env("SOHOA__MAIL__TO", to);
    command.env("SOHOA__SEAL__AGENCY", "UBND xã Bản Qua").env("SOHOA__MAIL__FROM", "Sohoa <sohoa@bat-xat.vn>");
    command.output().unwrap().into()
}

/// The text that stands in base64.
fn decoded(text: &str) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let value = |letter: u8| alphabet.iter().position(|known| *known == letter);
    let (mut bits, mut count, mut bytes) = (0u32, 0, Vec::new());
    for six in text.bytes().filter_map(value) {
        (bits, count) = (bits << 6 | six as u32, count + 6);
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn a_letter_tells_how_things_stand_and_nothing_of_people() {
    let place = night();
    let (port, served) = server(false);
    digest(&place, &port, "[\"lan@bat-xat.vn\", \"Quản trị <it@bat-xat.vn>\"]").expect_code(0);
    let said = served.join().unwrap();
    let receivers: Vec<&String> = said.iter().filter(|line| line.starts_with("RCPT ")).collect();
    assert_eq!(receivers, ["RCPT TO:<lan@bat-xat.vn>", "RCPT TO:<it@bat-xat.vn>"]);
    let letter = said.join("\n");
    let (head, body) = letter.split_once("\n\n").unwrap();
    assert!(head.contains("Content-Transfer-Encoding: base64"), "{head}");
    // The point that ends it, and what is told to the server after it, are no part of it.
    let letter = format!("{head}\n{}", decoded(body.split("\n.").next().unwrap()));
    for line in ["! Lần sao lưu gần nhất: chưa có lần nào được ghi lại", "✓ Việc chờ xử lý: 2 việc", "1 chưa rõ hồ sơ"]
    {
        assert!(letter.contains(line), "{line}\n{letter}");
    }
    assert!(letter.contains("Subject: ") && letter.contains("Date: ") && letter.contains("charset=utf-8"), "{letter}");
    for secret in ["Bí Mật", CODE_A] {
        assert!(!letter.contains(secret), "{letter}");
    }
    let printed = place.sohoa(&["digest", "--lang", "en"]).expect_code(0).stdout;
    assert!(printed.starts_with("Sohoa, ") && printed.contains(": something is due\n\n✓ Last batch: batch 1"), "{printed}");
}

#[test]
fn a_letter_that_is_not_sent_is_told_of_and_holds_up_no_night() {
    let place = night();
    // Nobody is named; a server that refuses; one that is not there.
    refused(place.sohoa(&["digest", "--send"]), 7, "mail-not-sent");
    let (port, served) = server(true);
    let ran = digest(&place, &port, "[\"nobody@bat-xat.vn\"]");
    assert!(ran.stderr.contains("nobody of this name"), "{}", ran.stderr);
    refused(ran, 7, "mail-not-sent");
    drop(served.join().unwrap());
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    refused(digest(&place, &gone, "[\"lan@bat-xat.vn\"]"), 7, "mail-not-sent");
    refused(digest(&place, &gone, "[\"no address\"]"), 7, "mail-not-sent");
    // TLS that was asked for and is not spoken: nothing is sent in the open.
    let (port, served) = server(false);
    let roots = place.path().join("roots.pem");
    fs::write(&roots, "").unwrap();
    let mut command = place.command(&["digest", "--send"]);
    command.env("SOHOA__MAIL__SERVER", "127.0.0.1").env("SOHOA__MAIL__PORT", &port).env("SOHOA__MAIL__TO", "[\"a@b.vn\"]");
    command.env("SOHOA__MAIL__TLS", "starttls").env("SOHOA__MAIL__TLS_ROOTS", &roots);
    refused(crate::support::Ran::from(command.output().unwrap()), 7, "mail-not-sent");
    assert!(!served.join().unwrap().iter().any(|line| line.starts_with("MAIL")), "it went out in the open");
    place.run().expect_code(3);
}

#[test]
fn a_repository_that_cannot_be_read_is_told_of_in_a_letter() {
    let place = night();
    fs::write(place.repository().join("catalog.sqlite"), "Nguyễn Văn Bí Mật").unwrap();
    let (port, served) = server(false);
    let ran = digest(&place, &port, "[\"lan@bat-xat.vn\"]");
    let letter = served.join().unwrap().join("\n");
    let (_, body) = letter.split_once("\n\n").unwrap();
    let letter = decoded(body.split("\n.").next().unwrap());
    assert!(letter.contains("[repository-damaged]"), "{letter}");
    assert!(!letter.contains("Bí Mật") && !letter.contains("catalog.sqlite"), "{letter}");
    refused(ran, 5, "repository-damaged");
}
