//! What is carried between the portal and a machine that is offline: the request that it wrote, and the licence file
//! that was made for it. The last of each is kept with the device, as long as there is the device.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rusqlite::{OptionalExtension, params};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::{Device, find};
use crate::alteryx::envelope::Refusal;
use crate::alteryx::visit::Visit;
use crate::exchange::Reply;
use crate::payload::Field;
use crate::random::hexadecimal;

/// The request file of an offline machine.
pub(super) struct OfflineRequest<'a> {
    file_name: &'a str,
    content: Vec<u8>,
}

/// A licence file, as it is answered to an activation.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LicenseFile {
    file_name: String,
    content_type: &'static str,
    content: String,
}

impl<'a> OfflineRequest<'a> {
    pub(super) fn read(field: &Field<'a>) -> Result<Self, Refusal> {
        let fields = field.fields(&["fileName", "content"])?;
        Ok(Self {
            file_name: fields.required("fileName")?.text()?,
            content: fields.required("content")?.decoded_base64()?,
        })
    }

    /// Keeps the request with its device, in the place of an earlier one.
    pub(super) fn keep(&self, visit: &Visit<'_>, device: &str) -> rusqlite::Result<()> {
        visit
            .connection
            .prepare_cached("INSERT OR REPLACE INTO alteryx_offline_request VALUES (?1, ?2, ?3)")?
            .execute(params![device, self.file_name, self.content])
            .map(drop)
    }
}

/// Makes the licence file of a device for all keys that it holds offline, and keeps it in the place of an earlier one.
pub(super) fn make(visit: &Visit<'_>, account: &str, device: &Device) -> Result<LicenseFile, Refusal> {
    let (file_name, text) = (format!("{}.lic", device.name), text(visit, account, device)?);
    visit
        .connection
        .prepare_cached("INSERT OR REPLACE INTO alteryx_license_file VALUES (?1, ?2, ?3)")?
        .execute([&device.id, &file_name, &text])?;
    let content = BASE64_STANDARD.encode(text);
    Ok(LicenseFile { file_name, content_type: "application/octet-stream", content })
}

/// `devices.licenseFile`: the licence file that was made last for a device, as bytes.
pub(in crate::alteryx) fn license_file(visit: &Visit<'_>, _host: &str) -> Result<Reply, Refusal> {
    let account = visit.parameters.required("accountId")?;
    visit.enter(account)?;
    let device = visit.object;
    find(visit, account, device)?;
    let found = visit
        .connection
        .prepare_cached("SELECT file_name, content FROM alteryx_license_file WHERE device = ?1")?
        .query_row([device], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))
        .optional()?;
    match found {
        Some((file_name, content)) => Ok(Reply::file(&file_name, content)),
        None => Err(Refusal::not_found(format!("Device {device} has no license file."))),
    }
}

/// Lines of `name=value`; the last one is a digest of those before it.
fn text(visit: &Visit<'_>, account: &str, device: &Device) -> rusqlite::Result<String> {
    let request = visit
        .connection
        .prepare_cached("SELECT file_name, content FROM alteryx_offline_request WHERE device = ?1")?
        .query_row([&device.id], |row| Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?)))
        .optional()?;
    let mut lines = vec![
        ("account", account.to_owned()),
        ("device", device.id.clone()),
        ("name", device.name.escape_debug().to_string()),
        ("host", format!("{} {}", device.host_id_type, device.host_id.escape_debug())),
        ("user", device.user_id.clone().unwrap_or_default()),
        ("issued", visit.now_written.0.clone()),
    ];
    if let Some((file_name, content)) = request {
        lines.push(("request", file_name.escape_debug().to_string()));
        lines.push(("request_sha256", hexadecimal(&Sha256::digest(content))));
    }
    for license in device.licenses.iter().filter(|license| license.offline) {
        let (key, quantity, end) = (&license.license_key, license.quantity, &license.expiration_date.0);
        lines.push(("license", format!("{key} seats {quantity} until {end}")));
    }
    let mut text = "SANDBOX LICENSE FILE\n".to_owned();
    for (name, value) in lines {
        text.extend([name, "=", &value, "\n"]);
    }
    let digest = hexadecimal(&Sha256::digest(&text));
    text.extend(["digest=", &digest, "\n"]);
    Ok(text)
}
