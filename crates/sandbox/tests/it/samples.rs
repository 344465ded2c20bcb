//! The sample answers of the portal's documentation, to the byte.

use crate::client::Portal;

/// The JSON without the white space between its parts.
fn compact(json: &str) -> String {
    let (mut result, mut inside, mut escaped) = (String::new(), false, false);
    for character in json.chars() {
        if inside || !character.is_whitespace() {
            result.push(character);
        }
        inside ^= character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
    }
    result
}

macro_rules! samples {
    ($($name:ident: $target:literal => $file:literal;)*) => {$(
        #[tokio::test]
        async fn $name() {
            let answer = Portal::start().await.get($target).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_eq!(answer.header("content-type"), Some("application/json"));
            assert_eq!(answer.body, compact(include_str!(concat!("samples/", $file))));
        }
    )*};
}

samples! {
    accounts: "/v1/accounts" => "accounts.list.json";
    the_first_two_users: "/v1/users?accountId=ACC-100234&size=2" => "users.list.json";
    active_entitlements: "/v1/entitlements?accountId=ACC-100234&status=ACTIVE" => "entitlements.list.json";
    designer_licenses:
        "/v1/licenses?accountId=ACC-100234&productLineId=Alteryx%20Designer" => "licenses.list.json";
    devices: "/v1/devices?accountId=ACC-100234" => "devices.list.json";
    usage_by_month: "/v1/usage?accountId=ACC-100234&granularity=MONTH&from=2025-01-01T00:00:00.000%2B00:00\
        &to=2025-03-01T00:00:00.000%2B00:00&productLineId=Alteryx%20Designer" => "usage.list.json";
    products: "/v1/products?accountId=ACC-100234" => "products.list.json";
    releases: "/v1/products/-/releases?accountId=ACC-100234&productLineId=Alteryx%20Designer" => "releases.list.json";
    editions: "/v1/products/-/releases/-/editions?accountId=ACC-100234\
        &productLineReleaseId=Alteryx%20Designer%20%282022.3%29" => "editions.list.json";
}

#[tokio::test]
async fn single_things_are_the_elements_of_their_lists() {
    let portal = Portal::start().await;
    for (list, ids) in [
        ("devices", ["DEV-000412", "DEV-000413", "DEV-000414"].as_slice()),
        ("users", ["USR-000001", "USR-000731", "USR-000732", "USR-000733"].as_slice()),
    ] {
        let all = portal.get(&format!("/v1/{list}?accountId=ACC-100234")).await;
        assert_eq!(all.ids(), ids);
        for (place, id) in ids.iter().enumerate() {
            let one = portal.get(&format!("/v1/{list}/{id}?accountId=ACC-100234")).await;
            assert_eq!((one.status, &one.json()["data"]), (200, &all.json()["data"][place]));
        }
    }
}

macro_rules! samples_of_writes {
    ($($name:ident: $method:literal $target:literal, $payload:expr => $file:literal;)*) => {$(
        #[tokio::test]
        async fn $name() {
            let answer = Portal::start().await.write($method, $target, $payload).await;
            assert_eq!(answer.status, 200, "{answer:?}");
            assert_eq!(answer.header("content-type"), Some("application/json"));
            assert_eq!(answer.body, compact(include_str!(concat!("samples/", $file))));
        }
    )*};
}

samples_of_writes! {
    an_offline_activation: "POST" "/v1/devices?accountId=ACC-100234",
        include_str!("samples/devices.activateOffline.request.json") => "devices.activateOffline.json";
    a_deleted_device: "DELETE" "/v1/devices/DEV-000412?accountId=ACC-100234", "" => "devices.delete.json";
    a_deleted_user: "DELETE" "/v1/users/USR-000731?accountId=ACC-100234", "" => "users.delete.json";
    a_deactivated_key: "DELETE" "/v1/licenses/AYXD-0001-0001-0001-0001-0001-0001-0001/activations?accountId=ACC-100234",
        "" => "licenses.deactivate.json";
}

#[tokio::test]
async fn a_changed_thing_is_answered_as_the_list_has_it() {
    let portal = Portal::start().await;
    let device = "/v1/devices/DEV-000412?accountId=ACC-100234";
    let mut expected = portal.get(device).await.json();
    expected["data"]["licenses"].as_array_mut().unwrap().remove(1);
    let payload = include_str!("samples/devices.removeLicenses.request.json");
    let answer = portal.write("PATCH", device, payload).await;
    assert_eq!((answer.status, answer.json()), (200, expected));
    assert_eq!(answer.body, portal.get(device).await.body);

    let user = "/v1/users/USR-000731?accountId=ACC-100234";
    let mut expected = portal.get(user).await.json();
    expected["data"]["status"] = "INACTIVE".into();
    let answer = portal.write("PATCH", user, include_str!("samples/users.update.request.json")).await;
    assert_eq!((answer.status, answer.json()), (200, expected));
    assert_eq!(answer.body, portal.get(user).await.body);
}
