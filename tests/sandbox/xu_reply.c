/* SPDX-License-Identifier: MIT */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "xu.h"

static const char *const english[XU_TEXTS] = {
    [XU_WRONG] = "Something went wrong",
    [XU_CLIENT_ADDED] = "Inbound client(s) have been added.",
    [XU_CLIENT_UPDATED] = "Inbound client has been updated.",
    [XU_CLIENT_DELETED] = "Inbound client has been deleted.",
    [XU_OBTAIN] = "Obtain",
    [XU_TRAFFIC_ERROR] = "Error getting traffic.",
    [XU_TRAFFIC_RESET] = "Traffic has been reset.",
    [XU_LOGIN_REFUSED] = "Invalid username or password or two-factor code.",
    [XU_LOGIN_DONE] = "You have successfully logged into your account.",
    [XU_LOGIN_AGAIN] = "Your session has expired, please log in again",
    [XU_LOGIN_FORM] = "The input data format is invalid.",
    [XU_NO_USERNAME] = "Username is required",
    [XU_NO_PASSWORD] = "Password is required",
    [XU_INBOUND_CREATED] = "Inbound has been successfully created.",
    [XU_INBOUND_UPDATED] = "Inbound has been successfully updated.",
    [XU_INBOUND_DELETED] = "Inbound has been successfully deleted.",
    [XU_DELETE_BY_EMAIL] = "Failed to delete client by email",
    [XU_DELETED_BY_EMAIL] = "Client deleted successfully",
};

static const char *const russian[XU_TEXTS] = {
    [XU_WRONG] = "Что-то пошло не так",
    [XU_CLIENT_ADDED] = "Клиент(ы) подключения добавлен(ы)",
    [XU_CLIENT_UPDATED] = "Клиент подключения обновлён",
    [XU_CLIENT_DELETED] = "Клиент подключения удалён",
    [XU_OBTAIN] = "Получить",
    [XU_TRAFFIC_ERROR] = "Ошибка получения данных о трафике",
    [XU_TRAFFIC_RESET] = "Трафик сброшен",
    [XU_LOGIN_REFUSED] = "Неверные данные учетной записи.",
    [XU_LOGIN_DONE] = "Вход выполнен успешно",
    [XU_LOGIN_AGAIN] = "Сессия истекла. Войдите в систему снова",
    [XU_LOGIN_FORM] = "Недопустимый формат данных",
    [XU_NO_USERNAME] = "Введите имя пользователя",
    [XU_NO_PASSWORD] = "Введите пароль",
    [XU_INBOUND_CREATED] = "Подключение успешно создано",
    [XU_INBOUND_UPDATED] = "Подключение успешно обновлено",
    [XU_INBOUND_DELETED] = "Подключение успешно удалено",
    [XU_DELETE_BY_EMAIL] = "Failed to delete client by email",
    [XU_DELETED_BY_EMAIL] = "Client deleted successfully",
};

static const char *say(const struct xu_call *c, enum xu_text text)
{
  const char *accept = sb_header(c->rq, "Accept-Language");
  if (*c->panel->language)
    accept = c->panel->language;
  return (accept && sb_has_prefix(accept, "ru") ? russian : english)[text];
}

static void envelope(struct xu_call *c, unsigned status, bool success, const char *msg, cJSON *obj)
{
  cJSON *out = cJSON_CreateObject();
  cJSON_AddBoolToObject(out, "success", success);
  cJSON_AddStringToObject(out, "msg", msg);
  cJSON_AddItemToObject(out, "obj", obj ? obj : cJSON_CreateNull());
  sb_reply_json(c->rp, status, out);
  c->rp->type = "application/json; charset=utf-8";
}

void xu_object(struct xu_call *c, cJSON *obj)
{
  envelope(c, 200, true, "", obj);
}

void xu_done(struct xu_call *c, enum xu_text text, cJSON *obj)
{
  envelope(c, 200, true, say(c, text), obj);
}

void xu_say(struct xu_call *c, unsigned status, bool success, enum xu_text text)
{
  envelope(c, status, success, say(c, text), NULL);
}

void xu_fail(struct xu_call *c, enum xu_text text, const char *inner)
{
  char *msg = sb_printf("%s (%s)", say(c, text), inner);
  envelope(c, 200, false, msg, NULL);
  free(msg);
}

void xu_failf(struct xu_call *c, enum xu_text text, const char *fmt, ...)
{
  char inner[512];
  va_list args;
  va_start(args, fmt);
  (void)vsnprintf(inner, sizeof inner, fmt, args);
  va_end(args);
  xu_fail(c, text, inner);
}

void xu_empty(struct xu_call *c, unsigned status)
{
  sb_reply_text(c->rp, status, NULL, "");
}

static cJSON *form_object(const struct sb_request *rq)
{
  struct sb_params form = {0};
  if (sb_type_is(rq, "multipart/form-data"))
    (void)sb_params_multipart(&form, rq->type, rq->body, rq->body_len);
  else
    sb_params_urlencoded(&form, rq->body, rq->body_len);
  cJSON *out = cJSON_CreateObject();
  for (size_t i = 0; i < form.count; i++) {
    const char *name = form.items[i].name;
    const char *value = form.items[i].value;
    int64_t number = 0;
    if (cJSON_HasObjectItem(out, name))
      continue;
    if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)
      cJSON_AddBoolToObject(out, name, *value == 't');
    else if (strlen(value) < 16 && sb_parse_int(value, &number) && strcmp(name, "password") != 0)
      cJSON_AddNumberToObject(out, name, (double)number);
    else
      cJSON_AddStringToObject(out, name, value);
  }
  sb_params_free(&form);
  return out;
}

const cJSON *xu_body(struct xu_call *c, enum xu_text text, bool form_too)
{
  if (form_too && !sb_type_is(c->rq, "application/json"))
    c->body = form_object(c->rq);
  else
    c->body = sb_json_parse(c->rq->body, c->rq->body_len);
  if (cJSON_IsObject(c->body))
    return c->body;
  if (c->rq->body_len == 0)
    xu_fail(c, text, "EOF");
  else
    xu_fail(c, text, "invalid character looking for beginning of value");
  return NULL;
}
