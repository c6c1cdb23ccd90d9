package smelt.sql

import java.lang.reflect.{InvocationHandler, InvocationTargetException, Method, Proxy}
import java.nio.charset.StandardCharsets.UTF_8
import java.nio.file.{Files, Paths}
import java.security.MessageDigest
import java.util.{Base64, Locale}
import javax.crypto.SecretKeyFactory
import javax.crypto.spec.PBEKeySpec
import javax.security.sasl.AuthenticationException

import scala.collection.JavaConverters._

import org.apache.hive.service.auth.PasswdAuthenticationProvider
import org.apache.spark.sql.SparkSessionExtensions
import org.apache.spark.sql.catalyst.analysis._
import org.apache.spark.sql.catalyst.expressions.Expression
import org.apache.spark.sql.catalyst.parser.ParserInterface
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan

/** Lets statements pass that read the schemas that are open, and nothing else: checked on what the parser made of them,
  * by lists of what is allowed. Closed by the server when its own tables and views are made. */
class Guard extends (SparkSessionExtensions => Unit) {
  override def apply(extensions: SparkSessionExtensions): Unit =
    extensions.injectParser { (_, parser) =>
      val handler = new InvocationHandler {
        override def invoke(proxy: Any, method: Method, arguments: Array[AnyRef]): AnyRef = {
          val made =
            try method.invoke(parser, Option(arguments).getOrElse(Array.empty[AnyRef]): _*)
            catch { case wrapped: InvocationTargetException => throw wrapped.getCause }
          made match {
            case plan: LogicalPlan if Guard.isClosed => Guard.check(plan)
            case _ =>
          }
          made
        }
      }
      Proxy
        .newProxyInstance(parser.getClass.getClassLoader, Array[Class[_]](classOf[ParserInterface]), handler)
        .asInstanceOf[ParserInterface]
    }
}

object Guard {
  @volatile private var open: Option[Set[String]] = None

  def isClosed: Boolean = open.isDefined

  /** From now on only statements pass that read tables and views of these schemas. */
  def close(schemas: java.util.List[String]): Unit =
    open = Some(schemas.asScala.map(_.toLowerCase(Locale.ROOT)).toSet)

  private val queries = Set(
    "Project", "Filter", "Aggregate", "Join", "LateralJoin", "Sort", "GlobalLimit", "LocalLimit", "Offset", "Distinct",
    "Union", "Intersect", "Except", "SubqueryAlias", "UnresolvedSubqueryColumnAliases", "UnresolvedInlineTable",
    "UnresolvedHaving", "UnresolvedWith", "WithWindowDefinition", "Generate", "Pivot", "UnresolvedPivot", "Unpivot",
    "Sample", "OneRowRelation", "OneRowRelation$", "LocalRelation", "UnresolvedHint", "Window", "Deduplicate",
    "LimitAll", "RepartitionByExpression", "Repartition", "UnresolvedOrdinal", "GroupingSets", "UnresolvedTVFAliases",
    "View")
  private val shown = Set(
    "ShowTables", "ShowTablesCommand", "ShowNamespaces", "ShowNamespacesCommand", "ShowViews", "ShowViewsCommand",
    "ShowColumns", "ShowColumnsCommand", "ShowFunctions", "ShowCatalogsCommand", "ShowCurrentNamespaceCommand",
    "DescribeRelation", "DescribeColumn", "DescribeTableCommand", "DescribeColumnCommand", "DescribeNamespace",
    "DescribeQueryCommand", "DescribeFunction", "ShowCreateTable", "ShowCreateTableCommand", "ShowTableProperties",
    "ExplainCommand", "SetCatalogAndNamespace", "SetNamespaceCommand",
    "UnresolvedNamespace", "CurrentNamespace", "CurrentNamespace$", "UnresolvedFunctionName")
  private val named = Set("UnresolvedRelation", "UnresolvedTableOrView", "UnresolvedTable", "UnresolvedView")
  private val functionsOfTables = Set(
    "range", "explode", "explode_outer", "inline", "inline_outer", "posexplode", "posexplode_outer", "stack",
    "json_tuple", "variant_explode")
  private val callJava = Set("reflect", "reflect2", "java_method", "try_reflect", "in_file")

  /** Throws SecurityException for what is not allowed. */
  def check(found: Any): Unit = found match {
    case plan: LogicalPlan =>
      checkNode(plan)
      plan.productIterator.foreach(check)
    case expression: Expression =>
      expression match {
        case call: UnresolvedFunction if call.nameParts.exists(part => callJava(lower(part))) =>
          refuse(call.nameParts.mkString("."))
        case _ =>
      }
      expression.productIterator.foreach(check)
    case many: Iterable[_] => many.foreach(check)
    case some: Option[_] => some.foreach(check)
    case part: Product => part.productIterator.foreach(check)
    case _ =>
  }

  private def checkNode(plan: LogicalPlan): Unit = {
    val name = plan.getClass.getSimpleName
    if (named(name)) checkName(plan.productElement(0).asInstanceOf[scala.collection.Seq[String]])
    else if (name == "UnresolvedTableValuedFunction") {
      val called = plan.asInstanceOf[UnresolvedTableValuedFunction].name
      if (!functionsOfTables(lower(called.last))) refuse(called.mkString("."))
    } else if (!queries(name) && !shown(name)) refuse(name)
  }

  private def checkName(parts: scala.collection.Seq[String]): Unit =
    if (parts.length > 1 && !open.exists(_.contains(lower(parts(parts.length - 2)))))
      refuse(parts.init.mkString("."))

  private def lower(text: String): String = text.toLowerCase(Locale.ROOT)

  private def refuse(what: String): Unit =
    throw new SecurityException(s"$what is refused: tables are only read here, by their names; SHOW TABLES lists them")
}

/** Names and passwords from a file with a line `name:rounds:salt:hash` a user, read anew at every log-in:
  * PBKDF2 with HMAC-SHA-256, salt and hash in base64. */
class PasswordFile extends PasswdAuthenticationProvider {
  override def Authenticate(user: String, password: String): Unit =
    if (user == null || password == null || !PasswordFile.matches(user, password))
      throw new AuthenticationException("user or password is wrong")
}

object PasswordFile {
  val Property = "smelt.sql.users"
  private val Nobody = Array("", "600000", "AAAAAAAAAAAAAAAAAAAAAA==", "")

  def matches(user: String, password: String): Boolean = {
    val lines = Files.readAllLines(Paths.get(System.getProperty(Property)), UTF_8).asScala.map(_.trim.split(":"))
    val found = lines.find(line => line.length == 4 && line(0) == user)
    val Array(_, rounds, salt, hash) = found.getOrElse(Nobody) // the same work for an unknown name
    val key = new PBEKeySpec(password.toCharArray, Base64.getDecoder.decode(salt), rounds.toInt, 256)
    val made = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(key).getEncoded
    MessageDigest.isEqual(made, Base64.getDecoder.decode(hash)) && found.isDefined
  }
}
