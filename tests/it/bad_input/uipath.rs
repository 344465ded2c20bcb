//! Allocations that UiPath Automation Suite refuses, or that are not even sent; and logins that it refuses.

use super::calls::calls;
use super::table::Input;
use crate::program::Folder;

const HOST: &str = "auth_url: \"${env:UIPATH_AUTH_URL}\", tenancy: Host, user: host-admin, password: \"${env:GIVEN}\"";
const HOST_PASSWORD: &str = "sandbox-host-password";
const APPLICATION: &str =
    "auth_url: \"${env:UIPATH_TOKEN_URL}\", client_id: sandbox-app, client_secret: \"${env:GIVEN}\"";
const APPLICATION_SECRET: &str = "sandbox-secret";

/// A call of the suite in the sandbox, after a login with this secret.
fn input(name: &str, authorization: &str, secret: &str, call: &str) -> Input {
    let connection =
        format!("catalog: uipath, base_url: \"${{env:UIPATH_BASE_URL}}\", authorization: {{ {authorization} }}");
    let folder = Folder::new().variable("GIVEN", secret);
    folder.write(
        "bad.yaml",
        format!(
            "version: 1\npipeline: bad\nconnections:\n  portal: {{ {connection} }}\nnodes:\n  \
             given: {{ read_csv: {{ path: in.csv }} }}\n  \
             unread: {{ write_csv: {{ path: out/unread.csv }}, D: given.F }}\n{}",
            calls(call, "    D: given\n")
        ),
    );
    folder.write("in.csv", "any\nthing\n");
    Input::new(name, folder).sandboxed()
}

/// An allocation to an organization.
fn to(organization: &str, products: &str) -> String {
    format!(
        "endpoint: organization.allocate, parameters: {{ organizationId: {organization} }}, payload: {{ {products} }}"
    )
}

/// The allocation of the one record of a CSV.
fn of_record(name: &str, organization: &str, code: &str, quantity: &str) -> Input {
    let products = "productQuantities: [{ code: { field: code }, quantity: { field: quantity } }]";
    let input = input(name, HOST, HOST_PASSWORD, &to("{ field: organization }", products));
    input.with_file("in.csv", format!("organization,code,quantity\n{organization},{code},\"{quantity}\"\n"))
}

pub(super) fn inputs() -> Vec<Input> {
    let mut inputs = Vec::new();
    for (name, quantity) in [
        ("a quantity that is negative", "-1"),
        ("a quantity with a fraction", "1.5"),
        ("a quantity of 30 digits", "123456789012345678901234567890"),
        ("a quantity that the system cannot hold", "2147483648"),
        ("a quantity that is more than there is", "31"),
        ("a quantity in words", "two"),
        ("a quantity of empty text", ""),
    ] {
        inputs.push(of_record(name, "y-y-y-delilah", "UNATT", quantity));
    }
    inputs.push(of_record("an organization that is not there", "ghost-one", "UNATT", "1"));
    inputs.push(of_record("a code that the system does not know", "y-y-y-delilah", "UNAT", "1"));
    inputs.push(of_record("a code with a blank", "y-y-y-delilah", "UN ATT", "1"));
    let literal = |products| to("y-y-y-delilah", products);
    for (name, products) in [
        ("a code that the catalog does not know", "products: [{ code: UNAT, quantity: 1 }]"),
        ("a list under both of its names", "products: [], productQuantities: []"),
        ("a list under another name", "product: []"),
    ] {
        inputs.push(input(name, HOST, HOST_PASSWORD, &literal(products)));
    }
    let service = "endpoint: tenant.allocate, payload: { products: [] }, \
                   parameters: { accountId: y-y-y-delilah, serviceScopeId: y1968, serviceType: orchestrater }";
    inputs.push(input("a service that is misspelt", HOST, HOST_PASSWORD, service));

    let nothing = literal("products: []");
    let other = HOST.replace("Host", "Default").replace("host-admin", "tenant-user");
    inputs.push(input("a login of another tenancy", &other, "sandbox-tenant-password", &nothing));
    inputs.push(input("a password that is mistyped", HOST, "sandbox-hots-password", &nothing));
    inputs.push(input("a tenancy that is mistyped", &HOST.replace("Host", "Hots"), HOST_PASSWORD, &nothing));
    let with_scope = |scope: &str| format!("{APPLICATION}, scope: {scope}");
    inputs.push(input(
        "the login of an application, for the host",
        &with_scope("PM.License"),
        APPLICATION_SECRET,
        &nothing,
    ));
    let group = "endpoint: group.allocate, payload: { userBundleCodes: [] }, \
                 parameters: { organizationName: song-org, accountId: song-one, groupId: group-01 }";
    inputs.push(input("a scope that is missing", &with_scope("PM.License.Read"), APPLICATION_SECRET, group));
    inputs.push(input("a scope that is not granted", &with_scope("PM.User"), APPLICATION_SECRET, group));
    inputs.push(input("no scope", APPLICATION, APPLICATION_SECRET, group));
    inputs.push(input("a client secret that is mistyped", &with_scope("PM.License"), "sandbox-secrte", group));
    inputs.push(input("the login of the host, for a group", HOST, HOST_PASSWORD, group));
    inputs
}
