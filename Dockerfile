# The page behind nginx: docker build -t scarcast . && docker run --rm -p 8080:8080 scarcast, then http://localhost:8080/scarcast/
FROM node:20.19.0-bookworm-slim AS build
WORKDIR /app
COPY . .
RUN npm ci && npm run build

FROM nginxinc/nginx-unprivileged:1.28.0-alpine
COPY hosting/nginx.conf /etc/nginx/conf.d/default.conf
COPY --from=build /app/dist /srv/www/scarcast
EXPOSE 8080
