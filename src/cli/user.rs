//! `sohoa user`

use std::io::{self, IsTerminal, Read};
use std::path::Path;

use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};

use super::args::{AddUser, Name, User};
use super::exit::Exit;
use super::output::{Output, columns, date_time, tell};
use crate::commands::access;
use crate::commands::user::{self, NewAccount, ShownAccount};
use crate::model::account::AccountState;
use crate::model::failure::{Failure, FailureCode};
use crate::settings::Settings;
use crate::words::{account_state, role_name};

/// Most bytes that are taken from standard input for a password.
const MOST: u64 = 4096;

/// Makes, lists or changes accounts.
pub(super) fn user(arguments: &User, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let now = settings.general.now();
    let write = |name: &Name| access::to_write(root, &name.told());
    let shown = match arguments {
        User::List => user::list(&access::to_read(root)?)?,
        User::Add(AddUser { user, full_name, role, name }) => {
            let password = password(output)?;
            let new = NewAccount { name: user, full_name: full_name.as_deref(), role: (*role).into(), password: &password };
            // A repository is made only for what can be put into it.
            user::expect_fit(&new)?;
            vec![user::add(&access::to_create(root, &name.told())?, &new, now)?]
        }
        User::Password(named) => vec![user::set_password(&write(&named.name)?, &named.user, &password(output)?, now)?],
        User::Disable(named) => vec![user::set_state(&write(&named.name)?, &named.user, AccountState::Disabled, now)?],
        User::Enable(named) => vec![user::set_state(&write(&named.name)?, &named.user, AccountState::Active, now)?],
    };
    if output.json() {
        output.data(&shown)?;
    } else {
        output.text(&table(&shown, settings, output))?;
    }
    Ok(Exit::Success)
}

fn table(accounts: &[ShownAccount], settings: &Settings, output: &Output) -> String {
    let language = output.language();
    let row = |account: &ShownAccount| {
        vec![
            account.name.to_string(),
            account.full_name.clone(),
            role_name(account.role, language).to_owned(),
            account_state(account.state, language).to_owned(),
            date_time(settings.general.local(account.changed_at)),
        ]
    };
    columns(&accounts.iter().map(row).collect::<Vec<_>>())
}

/// A password from the keyboard, unseen, or the first line of standard input. It is never an argument:
/// those can be read by everybody on the machine.
pub(super) fn password(output: &Output) -> Result<String, Failure> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        let mut text = String::new();
        stdin.lock().take(MOST).read_to_string(&mut text).map_err(unreadable)?;
        return Ok(text.lines().next().unwrap_or_default().to_owned());
    }
    output.ask(&tell!(output.language(), "Mật khẩu: ", "Password: "));
    let before = tcgetattr(&stdin).map_err(|error| unreadable(error.into()))?;
    let mut unseen = before.clone();
    unseen.local_flags.remove(LocalFlags::ECHO);
    tcsetattr(&stdin, SetArg::TCSAFLUSH, &unseen).map_err(|error| unreadable(error.into()))?;
    let mut line = String::new();
    let read = stdin.read_line(&mut line);
    let restored = tcsetattr(&stdin, SetArg::TCSAFLUSH, &before);
    output.ask("\n");
    read.map_err(unreadable)?;
    restored.map_err(|error| unreadable(error.into()))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn unreadable(error: io::Error) -> Failure {
    Failure::new(FailureCode::PasswordUnfit).because(error)
}
