//! Where rotated refresh tokens are kept.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tempfile::NamedTempFile;
use tokio::time::sleep;

use super::digest;

/// A file of refresh tokens that servers gave in place of those that were given to a connection.
///
/// It is replaced as a whole, is readable by its owner alone, and holds no given token but only
/// hashes of them. Locks beside it keep two processes from using one refresh token at once.
#[derive(Clone, Debug)]
pub struct Credentials {
    path: Arc<Path>,
}

/// Names a token in the file: the hash of the given token, its authentication URL and client id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CredentialName(String);

/// A lock, held until it is dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

/// Room on the disk for one more token, given up when it is dropped.
#[derive(Debug)]
pub(crate) struct Reserve(NamedTempFile);

/// Why a token cannot be read or kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CredentialsError {
    /// The file is not what this program wrote.
    #[error("{0}")]
    Damaged(String),
    /// The file or its folder cannot be used.
    #[error(transparent)]
    Io(#[from] io::Error),
}

#[derive(Default, Serialize, Deserialize)]
struct Content {
    version: u32,
    credentials: BTreeMap<String, Kept>,
}

#[derive(Serialize, Deserialize)]
struct Kept {
    #[serde(serialize_with = "exposed", deserialize_with = "hidden")]
    refresh_token: SecretString,
}

const VERSION: u32 = 1;

/// No token, with its name, is longer than this.
const MOST_FOR_ONE: usize = 64 * 1024;

/// How long it takes until a lock that somebody else has is asked for again.
const AGAIN: Duration = Duration::from_millis(50);

impl CredentialName {
    pub(crate) fn new(given: &SecretString, auth_url: &str, client_id: Option<&str>) -> Self {
        let parts = [given.expose_secret(), auth_url, client_id.unwrap_or_default()];
        let hash = digest(&parts);
        Self(hash.iter().fold(String::with_capacity(64), |mut hex, byte| {
            hex.extend([byte >> 4, byte & 15].map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])));
            hex
        }))
    }
}

impl Credentials {
    /// Keeps them in a file, which need not exist yet; nor need its folder.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into().into() }
    }

    /// Locks one credential against other processes and connections.
    ///
    /// # Cancellation
    ///
    /// Nothing is locked, and nobody waits any more.
    pub(crate) async fn lock(&self, name: &CredentialName) -> Result<Lock, CredentialsError> {
        lock(self.beside(&format!(".{}.lock", &name.0[..16]))).await
    }

    /// The token that is kept under a name.
    pub(crate) async fn load(&self, name: &CredentialName) -> Result<Option<SecretString>, CredentialsError> {
        let (path, name) = (Arc::clone(&self.path), name.clone());
        blocking(move || {
            let mut content = read(&path)?;
            let kept = content.credentials.remove(&name.0);
            Ok(kept.map(|kept| kept.refresh_token))
        })
        .await
    }

    /// Takes so much room on the disk that one more token can be kept.
    pub(crate) async fn reserve(&self) -> Result<Reserve, CredentialsError> {
        let path = Arc::clone(&self.path);
        blocking(move || {
            let kept = fs::metadata(&path).map_or(0, |file| usize::try_from(file.len()).unwrap_or(usize::MAX));
            // A temporary file is made with mode 0600, and keeps it.
            let mut file = NamedTempFile::new_in(folder_of(&path))?;
            file.write_all(&vec![b' '; kept.saturating_add(MOST_FOR_ONE)])?;
            file.as_file().sync_all()?;
            Ok(Reserve(file))
        })
        .await
    }

    /// Keeps a token, in the room that was taken for it, if there is some. It is on disk when this returns.
    pub(crate) async fn save(
        &self,
        name: &CredentialName,
        token: &SecretString,
        reserve: Option<Reserve>,
    ) -> Result<(), CredentialsError> {
        let _lock = lock(self.beside(".lock")).await?;
        let (path, name, token) = (Arc::clone(&self.path), name.clone(), token.clone());
        blocking(move || {
            let mut content = read(&path)?;
            content.version = VERSION;
            content.credentials.insert(name.0, Kept { refresh_token: token });
            replace(&path, &content, reserve)
        })
        .await
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn beside(&self, suffix: &str) -> PathBuf {
        let mut path = self.path.as_os_str().to_owned();
        path.push(suffix);
        path.into()
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CredentialsError> + Send + 'static,
) -> Result<T, CredentialsError> {
    // What a panic says could hold a token.
    tokio::task::spawn_blocking(work).await.map_err(|_| io::Error::other("the work on it broke off"))?
}

/// Writes a token: this file is where tokens are kept.
fn exposed<S: Serializer>(token: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(token.expose_secret())
}

fn hidden<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretString, D::Error> {
    String::deserialize(deserializer).map(SecretString::from)
}

/// Waits for a lock without a thread that waits: such a one would outlive a program that is told to end.
async fn lock(path: PathBuf) -> Result<Lock, CredentialsError> {
    let file = blocking(move || {
        make_folder(&path)?;
        Ok(owner_only(OpenOptions::new().write(true).create(true)).open(path)?)
    })
    .await?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Lock { _file: file }),
            Err(TryLockError::WouldBlock) => sleep(AGAIN).await,
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
    }
}

fn read(path: &Path) -> Result<Content, CredentialsError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Content::default()),
        Err(error) => return Err(error.into()),
    };
    // What the parser says of a value may show the value.
    let damaged = |error: serde_json::Error| {
        CredentialsError::Damaged(format!("it is damaged in line {}, column {}", error.line(), error.column()))
    };
    let content: Content = serde_json::from_slice(&text).map_err(damaged)?;
    if content.version != VERSION {
        return Err(CredentialsError::Damaged("it was written by another version".to_owned()));
    }
    Ok(content)
}

/// Writes the file beside its place, and moves it there when it is whole.
fn replace(path: &Path, content: &Content, reserve: Option<Reserve>) -> Result<(), CredentialsError> {
    let folder = folder_of(path);
    let mut file = match reserve {
        Some(Reserve(file)) => file,
        None => NamedTempFile::new_in(folder)?,
    };
    let mut text = serde_json::to_vec_pretty(content).map_err(io::Error::from)?;
    text.push(b'\n');
    file.rewind()?;
    file.write_all(&text)?;
    file.as_file().set_len(text.len() as u64)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder_of(path))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn owner_only(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(given: &str) -> CredentialName {
        CredentialName::new(&given.into(), "https://auth.test/token", None)
    }

    async fn kept(credentials: &Credentials, given: &str) -> Option<String> {
        let token = credentials.load(&name(given)).await.unwrap();
        token.map(|token| token.expose_secret().to_owned())
    }

    #[tokio::test]
    async fn tokens_are_kept_under_the_names_of_the_given_ones() {
        let folder = tempfile::tempdir().unwrap();
        let credentials = Credentials::at(folder.path().join("state/credentials.json"));
        assert_eq!(kept(&credentials, "rt-a").await, None);
        credentials.save(&name("rt-a"), &"rt-a2".into(), None).await.unwrap();
        credentials.save(&name("rt-b"), &"rt-b2".into(), None).await.unwrap();
        credentials.save(&name("rt-a"), &"rt-a3".into(), None).await.unwrap();
        assert_eq!(kept(&credentials, "rt-a").await.as_deref(), Some("rt-a3"));
        assert_eq!(kept(&credentials, "rt-b").await.as_deref(), Some("rt-b2"));
        let text = fs::read_to_string(credentials.path()).unwrap();
        assert!(!text.contains("\"rt-a\"") && text.contains("rt-a3"));
    }

    #[test]
    fn token_url_and_client_id_are_all_part_of_the_name() {
        let name = |given: &str, url, id| CredentialName::new(&given.into(), url, id);
        let all = [name("a", "u", None), name("b", "u", None), name("a", "v", None), name("a", "u", Some("i"))];
        for (index, one) in all.iter().enumerate() {
            assert!(!all[index + 1..].contains(one));
        }
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn nobody_else_can_read_the_file() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let credentials = Credentials::at(folder.path().join("state/credentials.json"));
        credentials.save(&name("rt"), &"rt-2".into(), None).await.unwrap();
        fs::set_permissions(credentials.path(), fs::Permissions::from_mode(0o644)).unwrap();
        credentials.save(&name("rt"), &"rt-3".into(), None).await.unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(credentials.path()), 0o600);
        assert_eq!(mode(&folder.path().join("state")), 0o700);
    }

    #[tokio::test]
    async fn a_file_that_cannot_be_read_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let credentials = Credentials::at(folder.path().join("credentials.json"));
        for broken in ["{", r#"{"version":2,"credentials":{}}"#] {
            fs::write(credentials.path(), broken).unwrap();
            assert!(credentials.save(&name("rt"), &"rt-2".into(), None).await.is_err());
            assert_eq!(fs::read_to_string(credentials.path()).unwrap(), broken);
        }
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_damaged_file_is_told_without_its_tokens() {
        let folder = tempfile::tempdir().unwrap();
        let credentials = Credentials::at(folder.path().join("credentials.json"));
        fs::write(credentials.path(), "{\"version\":1,\n\"credentials\":{\"a\":\"rt-secret\"}}").unwrap();
        let error = credentials.load(&name("rt")).await.unwrap_err();
        assert_eq!(error.to_string(), "it is damaged in line 2, column 30");
    }

    #[tokio::test]
    async fn what_is_reserved_is_enough_and_nothing_of_it_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let credentials = Credentials::at(folder.path().join("credentials.json"));
        let reserve = credentials.reserve().await.unwrap();
        assert!(reserve.0.as_file().metadata().unwrap().len() >= 64 * 1024);
        credentials.save(&name("rt"), &"rt-2".into(), Some(reserve)).await.unwrap();
        assert_eq!(kept(&credentials, "rt").await.as_deref(), Some("rt-2"));
        assert!(fs::metadata(credentials.path()).unwrap().len() < 200);
        drop(credentials.reserve().await.unwrap());
        let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<_> = names.collect();
        names.sort();
        assert_eq!(names, ["credentials.json", "credentials.json.lock"]);
    }

    #[tokio::test]
    async fn who_waits_for_a_lock_can_stop_waiting_and_gets_it_when_it_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let credentials = Credentials::at(folder.path().join("credentials.json"));
        let held = credentials.lock(&name("rt")).await.unwrap();
        let given_up = tokio::time::timeout(AGAIN / 10, credentials.lock(&name("rt"))).await;
        assert!(given_up.is_err());
        let name = name("rt");
        let (locked, ()) = tokio::join!(credentials.lock(&name), async { drop(held) });
        locked.unwrap();
    }

    #[tokio::test]
    async fn the_lock_of_a_credential_is_held_once() {
        let folder = tempfile::tempdir().unwrap();
        let credentials = Credentials::at(folder.path().join("credentials.json"));
        let held = credentials.lock(&name("rt")).await.unwrap();
        let path = credentials.beside(&format!(".{}.lock", &name("rt").0[..16]));
        let other = File::open(path).unwrap();
        assert!(other.try_lock().is_err());
        credentials.lock(&name("another")).await.unwrap();
        drop(held);
        other.try_lock().unwrap();
    }
}
