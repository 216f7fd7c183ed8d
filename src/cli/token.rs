//! `sohoa token`

use std::path::Path;

use super::args::{AddToken, NamedToken, Token};
use super::exit::Exit;
use super::output::{Output, columns, date_time};
use crate::commands::access::{to_read, to_write};
use crate::commands::token::{self, ShownToken};
use crate::model::failure::Failure;
use crate::settings::Settings;
use crate::words::account_state;

/// Makes, lists or takes back tokens. A secret goes to standard output, once.
pub(super) fn token(arguments: &Token, root: &Path, settings: &Settings, output: &Output) -> Result<Exit, Failure> {
    let now = settings.general.now();
    let shown = match arguments {
        Token::List => token::list(&to_read(root)?)?,
        Token::Add(AddToken { user, token, days, name }) => {
            vec![token::add(&to_write(root, &name.told())?, user, token, *days, now)?]
        }
        Token::Revoke(NamedToken { user, token, name }) => {
            vec![token::revoke(&to_write(root, &name.told())?, user, token, now)?]
        }
    };
    if output.json() {
        output.data(&shown)?;
        return Ok(Exit::Success);
    }
    let row = |token: &ShownToken| {
        vec![
            token.account.to_string(),
            token.name.clone(),
            account_state(token.state, output.language()).to_owned(),
            date_time(settings.general.local(token.expires_at)),
            token.secret.clone().unwrap_or_default(),
        ]
    };
    output.text(&columns(&shown.iter().map(row).collect::<Vec<_>>()))?;
    Ok(Exit::Success)
}
