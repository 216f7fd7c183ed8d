//! One look at a busy inbox after the other: each costs what changed since the one before, and now and then
//! all is looked at.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::plan::{Survey, survey, survey_again};
use crate::model::failure::Failure;
use crate::repository::FileStamp;
use crate::stages::assemble::InboxRules;

/// What was seen last.
#[derive(Debug, Default)]
pub(super) struct Looks {
    last: Option<Last>,
}

#[derive(Debug)]
struct Last {
    survey: Survey,
    /// Folders whose names were read twice while they looked the same: what came just after the first time
    /// may have left no later date.
    listed: HashSet<PathBuf>,
    /// When all is to be looked at again.
    until: Instant,
}

impl Looks {
    /// Looks through an inbox: at all of it if that was not done for as long as `full_every`.
    pub(super) fn look(
        &mut self,
        (inbox, excluded): (&Path, &Path),
        rules: &InboxRules,
        is_done: &dyn Fn(&Path) -> bool,
        full_every: Duration,
    ) -> Result<Survey, Failure> {
        let now = Instant::now();
        // A look that fails tells nothing.
        let last = self.last.take();
        let (seen, until) = match &last {
            Some(last) if now < last.until => {
                let is_listed = |folder: &Path| last.listed.contains(folder);
                (survey_again((inbox, excluded), rules, &last.survey, &is_listed, is_done)?, last.until)
            }
            _ => (survey(inbox, excluded, rules)?, now + full_every),
        };
        let before: HashMap<&Path, &FileStamp> =
            last.iter().flat_map(|last| &last.survey.folders).map(|(path, stamp)| (path.as_path(), stamp)).collect();
        let same = seen.folders.iter().filter(|(path, stamp)| before.get(path.as_path()) == Some(&stamp));
        let listed = same.map(|(path, _)| path.clone()).collect();
        self.last = Some(Last { survey: seen.clone(), listed, until });
        Ok(seen)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::stages::assemble::InboxSettings;

    const SELDOM: Duration = Duration::from_secs(3600);

    fn names(survey: &Survey) -> Vec<String> {
        let mut names: Vec<String> = survey.files.iter().map(|file| format!("{} {}", file.relative, file.bytes)).collect();
        names.sort();
        names
    }

    /// What a look tells after others is what a look at everything tells.
    #[track_caller]
    fn same(looks: &mut Looks, inbox: &Path) -> Vec<String> {
        let rules = InboxRules::new(&InboxSettings::default()).unwrap();
        let excluded = Path::new("/nowhere");
        let again = looks.look((inbox, excluded), &rules, &|_| false, SELDOM).unwrap();
        let all = survey(inbox, excluded, &rules).unwrap();
        let told = |survey: &Survey| {
            let mut rejected: Vec<_> = survey.rejected.iter().map(|one| one.relative.clone()).collect();
            let mut left = survey.left.clone();
            rejected.sort();
            left.sort();
            (names(survey), rejected, left, survey.folders.clone())
        };
        assert_eq!(told(&again), told(&all));
        names(&again)
    }

    #[test]
    fn whatever_becomes_of_an_inbox_is_seen() {
        let folder = tempfile::tempdir().unwrap();
        let inbox = folder.path().canonicalize().unwrap();
        let put = |name: &str, content: &str| {
            let path = inbox.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        };
        let mut looks = Looks::default();
        put("a/1.png", "1");
        put("a/b/2.png", "22");
        put("c/.hidden.png", "3");
        assert_eq!(same(&mut looks, &inbox), ["a/1.png 1", "a/b/2.png 2"]);
        same(&mut looks, &inbox);
        let steps: [&dyn Fn(); 8] = [
            &|| put("a/1.png", "longer"),
            &|| put("d/e/f.png", "4"),
            &|| fs::remove_file(inbox.join("a/b/2.png")).unwrap(),
            &|| fs::rename(inbox.join("d"), inbox.join("g")).unwrap(),
            &|| std::os::unix::fs::symlink("/etc/hostname", inbox.join("c/link.png")).unwrap(),
            &|| fs::rename(inbox.join("g/e"), inbox.join("a/b/e")).unwrap(),
            &|| fs::remove_dir_all(inbox.join("a/b")).unwrap(),
            &|| put("5.png", "5"),
        ];
        for step in steps {
            // The clock of a file system moves on a few times a second.
            std::thread::sleep(Duration::from_millis(20));
            step();
            same(&mut looks, &inbox);
            same(&mut looks, &inbox);
        }
        assert_eq!(same(&mut looks, &inbox), ["5.png 1", "a/1.png 6"]);
    }

    /// What is done with is not looked at, until all is.
    #[test]
    fn a_look_costs_what_changed() {
        let folder = tempfile::tempdir().unwrap();
        let inbox = folder.path().canonicalize().unwrap();
        fs::create_dir(inbox.join("a")).unwrap();
        fs::write(inbox.join("a/1.png"), "1").unwrap();
        let rules = InboxRules::new(&InboxSettings::default()).unwrap();
        let mut looks = Looks::default();
        let mut look =
            |done: bool, full_every| names(&looks.look((&inbox, Path::new("/nowhere")), &rules, &|_| done, full_every).unwrap());
        for _ in 0..3 {
            look(true, SELDOM);
        }
        fs::write(inbox.join("a/1.png"), "four").unwrap();
        assert_eq!(look(true, SELDOM), ["a/1.png 1"], "it was looked at");
        assert_eq!(look(false, SELDOM), ["a/1.png 4"]);
        let mut looks = Looks::default();
        let mut look = || names(&looks.look((&inbox, Path::new("/nowhere")), &rules, &|_| true, Duration::ZERO).unwrap());
        for _ in 0..3 {
            look();
        }
        fs::write(inbox.join("a/1.png"), "sixsix").unwrap();
        assert_eq!(look(), ["a/1.png 6"], "all is looked at now and then");
    }
}
