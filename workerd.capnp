# Cusp on a machine of your own, under plain workerd:
#
#   npm ci && npm run build && mkdir -p data
#   export EDGE_SECRET=… ADMIN_TOKEN=…          # 32 random bytes or more each
#   npx workerd serve workerd.capnp
#
# State lives in ./data. Put a TLS proxy in front. A secret of a site or a destination is one more line under `bindings`.
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "edge", worker = .edge),
    (name = "scripts", disk = (path = "dist/scripts")),
    (name = "data", disk = (path = "data", writable = true)),
    # Webhooks reach public addresses only: names that resolve to this machine or its network are refused where they are resolved.
    (name = "internet", network = (allow = ["public"], tlsOptions = (trustBrowserCas = true)))
  ],
  sockets = [(name = "http", address = "127.0.0.1:8080", http = (), service = "edge")]
);

const edge :Workerd.Worker = (
  modules = [
    (name = "edge.js", esModule = embed "dist/worker/edge.js"),
    (name = "chunk.js", esModule = embed "dist/worker/chunk.js"),
    (name = "site-check.js", esModule = embed "dist/worker/site-check.js"),
    (name = "operations.js", esModule = embed "dist/worker/operations.js"),
    (name = "adapters.js", esModule = embed "dist/worker/adapters.js"),
    (name = "feeds.js", esModule = embed "dist/worker/feeds.js")
  ],
  compatibilityDate = "2026-08-01",
  durableObjectStorage = (localDisk = "data"),
  durableObjectNamespaces = [
    (className = "Person", uniqueKey = "cusp-person", enableSql = true),
    (className = "Site", uniqueKey = "cusp-site", enableSql = true),
    (className = "Address", uniqueKey = "cusp-address", enableSql = true),
    (className = "Endpoint", uniqueKey = "cusp-endpoint", enableSql = true)
  ],
  bindings = [
    (name = "PERSON", durableObjectNamespace = "Person"),
    (name = "SITE", durableObjectNamespace = "Site"),
    (name = "ADDRESS", durableObjectNamespace = "Address"),
    (name = "ENDPOINT", durableObjectNamespace = "Endpoint"),
    (name = "SCRIPTS", service = "scripts"),
    (name = "EDGE_SECRET", fromEnvironment = "EDGE_SECRET"),
    (name = "ADMIN_TOKEN", fromEnvironment = "ADMIN_TOKEN")
    # , (name = "EDGE_URL", text = "https://edge.example")   # as it is reached from outside: for links in messages
    # , (name = "IDENTITY_PK_YOURSITE", fromEnvironment = "IDENTITY_PK_YOURSITE")
    # , (name = "DEST_PK_YOURSITE_EMAIL", fromEnvironment = "DEST_PK_YOURSITE_EMAIL")
    # , (name = "DEST_PK_YOURSITE_EMAIL_FEEDBACK", fromEnvironment = "DEST_PK_YOURSITE_EMAIL_FEEDBACK")
  ]
);
