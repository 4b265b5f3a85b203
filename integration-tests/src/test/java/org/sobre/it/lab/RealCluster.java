package org.sobre.it.lab;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class against the real cluster; it gets the {@link Lab} as a parameter. Where a component
 * is absent the class is disabled and says which, unless {@code -Dsobre.require} names it: then it
 * fails.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(LabExtension.class)
public @interface RealCluster {}
