//! `products.list`, `releases.list`, `editions.list` and `editions.download`: what an account may download. The portal's
//! catalogue of releases is the same for all accounts; which product lines an account has follows from its licences.

use bytes::Bytes;
use rusqlite::params;
use serde::Serialize;

use super::envelope::{Refusal, success};
use super::files::lead_to;
use super::visit::Visit;
use crate::exchange::Reply;

/// How long a link for a download works.
const LINK_SECONDS: i64 = 45 * 60;

struct Release {
    product_line: &'static str,
    version: &'static str,
    extended_description: &'static str,
    date: &'static str,
    editions: &'static [Edition],
}

struct Edition {
    description: &'static str,
    file: &'static str,
}

/// All releases; those of a product line stand together, the newest first.
const RELEASES: &[Release] = &[
    Release {
        product_line: "Alteryx Designer",
        version: "2022.3",
        extended_description: "Patch installers need the full release first. See \
            <a href=\"https://example.test/notes/2022-3\"target=\"_blank\">Release Notes</a>.",
        date: "2023-03-08T08:00:00.000+00:00",
        editions: &[
            Edition { description: "Alteryx Designer (Admin version)", file: "AlteryxInstallx64_2022.3.1.395.exe" },
            Edition {
                description: "Alteryx Designer (Admin version) Patch",
                file: "AlteryxPatchInstall_2022.3.1.395.1.exe",
            },
        ],
    },
    Release {
        product_line: "Alteryx Designer",
        version: "2021.1",
        extended_description: "Check the Python packages before you install. <br><br> \
            The Intelligence Suite has its own installer.",
        date: "2022-08-18T07:00:00.000+00:00",
        editions: &[
            Edition { description: "Alteryx Designer (Admin version)", file: "AlteryxInstallx64_2021.1.4.26400.exe" },
            Edition { description: "Alteryx Designer", file: "AlteryxNonAdminInstallx64_2021.1.4.26400.exe" },
        ],
    },
    Release {
        product_line: "Alteryx Intelligence Suite",
        version: "2022.3",
        extended_description: "Install the same release of Alteryx Designer first.",
        date: "2023-03-08T08:00:00.000+00:00",
        editions: &[Edition {
            description: "Alteryx Intelligence Suite (Admin)",
            file: "AlteryxIntelligenceSuiteInstallx64_2022.3.1.395.exe",
        }],
    },
    Release {
        product_line: "Alteryx Server",
        version: "2022.3",
        extended_description: "Take a backup before you install.",
        date: "2023-03-08T08:00:00.000+00:00",
        editions: &[
            Edition { description: "Alteryx Server", file: "AlteryxServerInstallx64_2022.3.1.395.exe" },
            Edition { description: "Alteryx Server Patch", file: "AlteryxServerPatchInstall_2022.3.1.395.1.exe" },
        ],
    },
];

impl Release {
    fn id(&self) -> String {
        format!("{} ({})", self.product_line, self.version)
    }
}

pub(super) fn list(visit: &Visit<'_>) -> Result<Bytes, Refusal> {
    #[derive(Serialize)]
    struct Product<'a> {
        id: &'a str,
        name: &'a str,
        description: &'a str,
    }
    let account = visit.parameters.required("accountId")?;
    visit.enter(account)?;
    let lines = product_lines(visit, account)?;
    let products = lines.iter().map(|line| Product { id: line, name: line, description: line });
    success(products.collect::<Vec<_>>())
}

pub(super) fn releases(visit: &Visit<'_>) -> Result<Bytes, Refusal> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Listed {
        id: String,
        name: &'static str,
        version: &'static str,
        description: String,
        extended_description: &'static str,
        release_date: &'static str,
    }
    let account = visit.parameters.required("accountId")?;
    let line = visit.parameters.required("productLineId")?;
    visit.enter(account)?;
    if !product_lines(visit, account)?.iter().any(|licensed| licensed == line) {
        return Err(Refusal::not_found(format!("Product line {line} was not found in account {account}.")));
    }
    let listed = RELEASES.iter().filter(|release| release.product_line == line).map(|release| Listed {
        id: release.id(),
        name: release.product_line,
        version: release.version,
        description: release.id(),
        extended_description: release.extended_description,
        release_date: release.date,
    });
    success(listed.collect::<Vec<_>>())
}

pub(super) fn editions(visit: &Visit<'_>) -> Result<Bytes, Refusal> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Listed {
        id: String,
        description: &'static str,
        download_link: String,
    }
    let account = visit.parameters.required("accountId")?;
    let id = visit.parameters.required("productLineReleaseId")?;
    visit.enter(account)?;
    let lines = product_lines(visit, account)?;
    let release = RELEASES
        .iter()
        .find(|release| release.id() == id && lines.iter().any(|line| line == release.product_line))
        .ok_or_else(|| Refusal::not_found(format!("Release {id} was not found in account {account}.")))?;
    let expires = visit.now.as_second() + LINK_SECONDS;
    let listed = (1..).zip(release.editions).map(|(number, edition)| Listed {
        id: format!("{id}-{number}"),
        description: edition.description,
        download_link: format!("https://downloads.example.test/{}?expires={expires}", edition.file),
    });
    success(listed.collect::<Vec<_>>())
}

/// `editions.download`: leads to the file of an edition, under a link that is signed.
pub(super) fn download(visit: &Visit<'_>, host: &str) -> Result<Reply, Refusal> {
    let account = visit.parameters.required("accountId")?;
    visit.enter(account)?;
    let lines = product_lines(visit, account)?;
    let licensed = RELEASES.iter().filter(|release| lines.iter().any(|line| line == release.product_line));
    let mut editions = licensed.flat_map(|release| {
        (1..).zip(release.editions).map(|(number, edition)| (format!("{}-{number}", release.id()), edition))
    });
    let id = visit.object;
    let (_, edition) = editions
        .find(|(found, _)| found == id)
        .ok_or_else(|| Refusal::not_found(format!("Edition {id} was not found in account {account}.")))?;
    Ok(lead_to(host, edition.file, visit.now.as_second() + LINK_SECONDS))
}

/// Whether there is a file of this name to download.
pub(super) fn has_file(name: &str) -> bool {
    RELEASES.iter().flat_map(|release| release.editions).any(|edition| edition.file == name)
}

/// The product lines for which an account has or had licences, by name.
fn product_lines(visit: &Visit<'_>, account: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = visit.connection.prepare_cached(
        "SELECT DISTINCT product_line \
         FROM alteryx_contract JOIN alteryx_entitlement ON contract = alteryx_contract.id \
           JOIN alteryx_license ON entitlement = alteryx_entitlement.id \
         WHERE account = ?1 ORDER BY product_line",
    )?;
    let rows = statement.query_map(params![account], |row| row.get(0))?;
    rows.collect()
}
