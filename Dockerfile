# syntax=docker/dockerfile:1

# A build behind a proxy or a private registry gives its own npm settings as secrets, which stay out of
# every layer: --secret id=npmrc,src=$HOME/.npmrc --secret id=ca,src=/etc/ssl/certs/ca-certificates.crt
# Install scripts stay off: they fetch runtimes and browsers that only the tests need.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    --mount=type=secret,id=ca,target=/run/secrets/ca.crt \
    if [ -s /run/secrets/ca.crt ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca.crt npm_config_cafile=/run/secrets/ca.crt; fi; \
    npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc \
    --mount=type=secret,id=ca,target=/run/secrets/ca.crt \
    if [ -s /run/secrets/ca.crt ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca.crt npm_config_cafile=/run/secrets/ca.crt; fi; \
    npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-slim
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="acr-chatops" \
      org.opencontainers.image.description="A chat-ops bot for Azure Container Registry: registry events become living cards, whose buttons act back on the registry" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV NODE_ENV=production
WORKDIR /app
# No VOLUME on purpose: it would give an unnamed volume, which looks durable and is lost with the container.
# Without a mounted one, /app/data is on the overlay, and the bot refuses to keep SQLite there.
RUN mkdir -m 0700 data && chown 1000:1000 data
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json ./
# The app package for Teams is made from it.
COPY manifest ./manifest
# By number, so that Kubernetes can hold runAsNonRoot; in the base image 1000 is the user "node".
USER 1000:1000
EXPOSE 3000 9090
# Node is process 1 and closes by itself on SIGTERM: answers finish, loops stop, within 10 s.
STOPSIGNAL SIGTERM
# With another server.port in the file, give it as PORT too, or the check asks where nobody listens.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/healthz', { signal: AbortSignal.timeout(4000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "dist/main.js"]
CMD ["serve", "--config", "/etc/acr-chatops/acr-chatops.yaml"]
