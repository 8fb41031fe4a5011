# Build with the development tools, run without them. `npm run test:docker` runs these steps one by one, without Docker.
FROM node:26.10.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# The only install script there is would download a second Node.
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY src ./src
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:26.10.0-bookworm-slim
# The zone of reports and of --deadline where a pipeline names none: another one with `-e TZ=…`.
ENV NODE_ENV=production TZ=Asia/Shanghai
RUN test -e "/usr/share/zoneinfo/$TZ" \
  || (apt-get update && apt-get install -y --no-install-recommends tzdata && rm -rf /var/lib/apt/lists/*)
WORKDIR /app
COPY LICENSE ./
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# The ledger is the only map from source ids to Feishu ids: it lives on a volume, never in the container. An arbitrary user
# is of the group 0, as with `docker run --user 12345` and on OpenShift.
RUN ln -s /app/dist/cli/bin.js /usr/local/bin/hire-sync && chmod +x /app/dist/cli/bin.js \
  && mkdir /data && chown 1000:0 /data && chmod 2770 /data
# `node`, by its number: Kubernetes cannot tell of a name that it is not root.
USER 1000
WORKDIR /data
VOLUME /data
ENTRYPOINT ["hire-sync"]
CMD ["--help"]
