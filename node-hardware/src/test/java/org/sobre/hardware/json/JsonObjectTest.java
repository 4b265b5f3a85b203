package org.sobre.hardware.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonObjectTest {

  @Test
  void readsEveryType() throws JsonShapeException {
    JsonObject json =
        JsonObject.parse(
            "{\"t\":\"x\",\"i\":9007199254740993,\"d\":1.5,\"b\":true,\"o\":{\"k\":1},"
                + "\"os\":[{\"k\":2}],\"ss\":[\"a\",\"b\"]}");
    assertThat(json.string("t")).contains("x");
    assertThat(json.integer("i")).hasValue(9007199254740993L);
    assertThat(json.number("d")).hasValue(1.5);
    assertThat(json.requiredObject("o").number("k")).hasValue(1);
    assertThat(json.bool("b")).contains(true);
    assertThat(json.requiredObject("o").requiredInteger("k")).isEqualTo(1);
    assertThat(json.objects("os").get(0).requiredInteger("k")).isEqualTo(2);
    assertThat(json.strings("ss")).containsExactly("a", "b");
    assertThat(json.keys()).containsExactly("t", "i", "d", "b", "o", "os", "ss");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"k\":null}"})
  void absentAndNullReadTheSame(String text) throws JsonShapeException {
    JsonObject json = JsonObject.parse(text);
    assertThat(json.string("k")).isEmpty();
    assertThat(json.integer("k")).isEmpty();
    assertThat(json.number("k")).isEmpty();
    assertThat(json.bool("k")).isEmpty();
    assertThat(json.object("k")).isEmpty();
    assertThat(json.objects("k")).isEmpty();
    assertThat(json.strings("k")).isEmpty();
    assertThatThrownBy(() -> json.requiredInteger("k"))
        .isInstanceOf(JsonShapeException.class)
        .hasMessage("k: this key is required and missing");
  }

  @Test
  void aWrongTypeIsNeverAZero() throws JsonShapeException {
    JsonObject json =
        JsonObject.parse("{\"o\":{\"i\":\"12\",\"f\":1.5,\"big\":99999999999999999999,\"s\":3}}");
    JsonObject inner = json.requiredObject("o");
    assertThatThrownBy(() -> inner.integer("i"))
        .isInstanceOf(JsonShapeException.class)
        .hasMessage("o.i: expected a whole number, found 12");
    assertThatThrownBy(() -> inner.integer("f")).isInstanceOf(JsonShapeException.class);
    assertThatThrownBy(() -> inner.integer("big")).isInstanceOf(JsonShapeException.class);
    assertThatThrownBy(() -> inner.string("s")).isInstanceOf(JsonShapeException.class);
    assertThatThrownBy(() -> json.string("o"))
        .isInstanceOf(JsonShapeException.class)
        .hasMessage("o: expected a text, found an object");
    assertThatThrownBy(() -> json.objects("o"))
        .isInstanceOf(JsonShapeException.class)
        .hasMessageContaining("an array");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "12", "null", "{\"a\":", "{\"a\":1,\"a\":2}", "{\"a\":NaN}"})
  void whatIsNoObjectIsRefused(String text) {
    assertThatThrownBy(() -> JsonObject.parse(text)).isInstanceOf(JsonShapeException.class);
  }
}
