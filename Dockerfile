# The page behind nginx: docker build -t scarcast . && docker run --rm -p 8080:8080 scarcast, then http://localhost:8080/scarcast/
FROM node:20.19.0-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build

# The command line, by its scripts' names: docker build --target cli -t scarcast-cli . && docker run --rm --network none --user "$(id -u)"
# -v "$PWD:/data" scarcast-cli cohort -- run /data/studies --table /data/table.csv --id COL --time COL --event COL --out /data/out
FROM build AS cli
ENV npm_config_logs_max=0 npm_config_update_notifier=false
USER node
ENTRYPOINT ["npm", "run", "--silent"]

FROM nginxinc/nginx-unprivileged:1.28.0-alpine
COPY hosting/nginx.conf /etc/nginx/conf.d/default.conf
COPY --from=build /app/dist /srv/www/scarcast
EXPOSE 8080
