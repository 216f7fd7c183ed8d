// A provider of OpenID Connect for the tests, on loopback: node oidc_provider.mjs ALGORITHM REDIRECT_URI
// Says its issuer on a line of its own once it can be reached.
import { createServer } from "node:http";
import { generateKeyPairSync } from "node:crypto";
import Provider from "oidc-provider";

const [algorithm, redirect] = process.argv.slice(2);
const pair = algorithm === "ES256" ? generateKeyPairSync("ec", { namedCurve: "P-256" }) : generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = { ...pair.privateKey.export({ format: "jwk" }), alg: algorithm, use: "sig", kid: "của-kho" };
const people = { lan: { name: "Nguyễn Thị Lan", roles: ["so-hoa"] }, khach: { name: "Khách", roles: [] } };
const server = createServer().listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [{
      client_id: "kho", client_secret: "bi mat cua kho: % & +", redirect_uris: [redirect],
      post_logout_redirect_uris: [redirect.replace(/back$/, "out")],
      id_token_signed_response_alg: algorithm,
    }],
    jwks: { keys: [key] },
    cookies: { keys: ["for tests only"] },
    claims: { openid: ["sub"], profile: ["name", "preferred_username", "roles"] },
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, preferred_username: `${sub}@tinh.example`, ...people[sub] }) }),
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
