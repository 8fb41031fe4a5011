# Build with the development tools, run without them.
FROM node:26.10.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci
COPY tsconfig.json ./
COPY src ./src
RUN npm run build && npm prune --omit=dev

FROM node:26.10.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# The ledger is the only map from source ids to Feishu ids: it lives on a volume, never in the container.
RUN ln -s /app/dist/cli/bin.js /usr/local/bin/hire-sync && chmod +x /app/dist/cli/bin.js \
  && mkdir /data && chown node:node /data
USER node
WORKDIR /data
VOLUME /data
ENTRYPOINT ["hire-sync"]
CMD ["--help"]
